-- The way out when a frame is lost for good: Kafka lost it and the gateway's disk, which would have sent it again, is lost too.
-- A person decides, as the database's owner; the loss stays on record in the quarantine. Only a function, no lock.
--
--   SELECT weir.accept_gap('ingest', 'ingest', 'MONEY', 3, 'edge-1', '<journal>');
--
-- Consumption goes on with the first frame that was seen beyond the gap. Answers how many frames were given up.
CREATE FUNCTION weir.accept_gap(schema_name text, consumer_name text, lane_name text, partition_no int, gateway_name text, journal_id text)
RETURNS bigint LANGUAGE plpgsql AS $$
DECLARE
    last_applied bigint;
    beyond bigint;
    beyond_offset bigint;
BEGIN
    -- waits for a transaction that applies right now, then takes the partition from its reader: it starts anew from the position
    EXECUTE format('UPDATE %1$I.lease SET owner = '''', node = '''', expires_at = ''-infinity'', token = token + 1
                    WHERE (consumer, lane, partition) = (SELECT consumer, lane, partition FROM %1$I.lease
                        WHERE consumer = $1 AND lane = $2 AND partition = $3 FOR UPDATE)', schema_name)
        USING consumer_name, lane_name, partition_no;
    EXECUTE format('SELECT frame, stopped_frame, stopped_offset FROM %I.mark
                    WHERE consumer = $1 AND lane = $2 AND partition = $3 AND gateway = $4 AND journal = $5 FOR UPDATE', schema_name)
        INTO last_applied, beyond, beyond_offset
        USING consumer_name, lane_name, partition_no, gateway_name, journal_id;
    IF beyond IS NULL THEN
        RAISE EXCEPTION 'no gap is open for gateway % journal % in % partition %', gateway_name, journal_id, lane_name, partition_no;
    END IF;
    EXECUTE format('UPDATE %I.mark SET frame = $6 - 1, stopped_frame = NULL, stopped_offset = NULL, stopped_at = NULL, updated_at = now()
                    WHERE consumer = $1 AND lane = $2 AND partition = $3 AND gateway = $4 AND journal = $5', schema_name)
        USING consumer_name, lane_name, partition_no, gateway_name, journal_id, beyond;
    EXECUTE format('UPDATE %I.position SET next_offset = least(next_offset, $4), updated_at = now()
                    WHERE consumer = $1 AND lane = $2 AND partition = $3', schema_name)
        USING consumer_name, lane_name, partition_no, beyond_offset;
    EXECUTE format('INSERT INTO %I.quarantine (consumer, lane, partition, gateway, journal, frame, kind, device_id, epoch, at_ms, name,
                        payload, reason, detail)
                    VALUES ($1, $2, $3, $4, $5, $6, ''GAP'', '''', 0, 0, '''', '''', ''GAP_ACCEPTED'', $7)', schema_name)
        USING consumer_name, lane_name, partition_no, gateway_name, journal_id, last_applied + 1,
              format('frames %s to %s given up by %s', last_applied + 1, beyond - 1, session_user);
    RETURN beyond - 1 - last_applied;
END
$$;
REVOKE ALL ON FUNCTION weir.accept_gap(text, text, text, int, text, text) FROM PUBLIC;
