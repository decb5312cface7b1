-- What every consumer of facts keeps in its own schema (DESIGN section 2), and the outbox of contexts that tell others.
-- Only functions here: a context calls them in its own migration, after CREATE SCHEMA and weir.open_schema. The tables
-- belong to Weir itself and hold no tenant's rows that an API would show, so weir_app loses what open_schema gave it.

-- <schema>.mark, position, lease, consumer_node, quarantine. Several consumers may share one schema: all keys begin with
-- the consumer's name.
CREATE FUNCTION weir.create_fact_tables(schema_name text) RETURNS void LANGUAGE plpgsql AS $$
BEGIN
    -- Last applied frame of a (gateway, journal) in a partition of a lane, and where in Kafka it stood. A gap stops that
    -- gateway's partition: stopped_frame is the first frame seen beyond the gap, stopped_offset where it stands.
    EXECUTE format($f$
        CREATE TABLE %1$I.mark (
            consumer text NOT NULL, lane text NOT NULL, partition int NOT NULL, gateway text NOT NULL, journal text NOT NULL,
            frame bigint NOT NULL, kafka_offset bigint NOT NULL,
            stopped_frame bigint, stopped_offset bigint, stopped_at timestamptz,
            updated_at timestamptz NOT NULL DEFAULT now(),
            PRIMARY KEY (consumer, lane, partition, gateway, journal)
        ) WITH (fillfactor = 50)$f$, schema_name);
    EXECUTE format('CREATE INDEX mark_journal ON %1$I.mark (consumer, gateway, journal)', schema_name);

    -- The offset to read next. Kafka's committed offsets are never used.
    EXECUTE format($f$
        CREATE TABLE %1$I.position (
            consumer text NOT NULL, lane text NOT NULL, partition int NOT NULL, next_offset bigint NOT NULL,
            updated_at timestamptz NOT NULL DEFAULT now(),
            PRIMARY KEY (consumer, lane, partition)
        ) WITH (fillfactor = 50)$f$, schema_name);

    -- Who reads a partition. token rises with every change of owner; the transaction that applies checks it under a row
    -- lock, so a node that lost its lease without noticing can't apply.
    EXECUTE format($f$
        CREATE TABLE %1$I.lease (
            consumer text NOT NULL, lane text NOT NULL, partition int NOT NULL,
            node text NOT NULL, owner text NOT NULL, token bigint NOT NULL, expires_at timestamptz NOT NULL,
            PRIMARY KEY (consumer, lane, partition)
        ) WITH (fillfactor = 50)$f$, schema_name);

    -- Who is alive, so that a fair share can be counted.
    EXECUTE format($f$
        CREATE TABLE %1$I.consumer_node (
            consumer text NOT NULL, owner text NOT NULL, node text NOT NULL, expires_at timestamptz NOT NULL,
            PRIMARY KEY (consumer, owner)
        ) WITH (fillfactor = 50)$f$, schema_name);

    -- Entries that were not applied, with the reason; kind RECORD is a whole Kafka record that is no frame, and frame is then
    -- its offset. Kept, counted, never in the way.
    EXECUTE format($f$
        CREATE TABLE %1$I.quarantine (
            id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
            consumer text NOT NULL, lane text NOT NULL, partition int NOT NULL, gateway text NOT NULL, journal text NOT NULL,
            frame bigint NOT NULL, kind text NOT NULL, device_id text NOT NULL, epoch bigint NOT NULL,
            at_ms bigint NOT NULL, name text NOT NULL, payload bytea NOT NULL,
            reason text NOT NULL, detail text NOT NULL, quarantined_at timestamptz NOT NULL DEFAULT now()
        )$f$, schema_name);
    EXECUTE format('CREATE INDEX quarantine_age ON %1$I.quarantine (quarantined_at)', schema_name);

    EXECUTE format('REVOKE ALL ON %1$I.mark, %1$I.position, %1$I.lease, %1$I.consumer_node, %1$I.quarantine FROM weir_app', schema_name);
    EXECUTE format('GRANT SELECT, INSERT, UPDATE, DELETE ON %1$I.mark, %1$I.position, %1$I.lease, %1$I.consumer_node, %1$I.quarantine TO weir_system', schema_name);
END
$$;

-- <schema>.outbox: what a context tells others, inserted in the transaction of the effect, relayed to Kafka in the order
-- of id and then deleted. Insert it after the effect has locked the row that the key names: then, per key, ids rise in
-- commit order. Both roles may insert; only the relay (weir_system) reads and deletes.
CREATE FUNCTION weir.create_outbox(schema_name text) RETURNS void LANGUAGE plpgsql AS $$
BEGIN
    EXECUTE format($f$
        CREATE TABLE %1$I.outbox (
            id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
            event_id uuid NOT NULL DEFAULT uuidv7() UNIQUE,
            event_key text NOT NULL CHECK (octet_length(event_key) BETWEEN 1 AND 200),
            event_type text NOT NULL CHECK (octet_length(event_type) BETWEEN 1 AND 100),
            tenant text NOT NULL,
            payload text NOT NULL CHECK (octet_length(payload) <= 262144),
            created_at timestamptz NOT NULL DEFAULT now()
        )$f$, schema_name);
    EXECUTE format('REVOKE ALL ON %1$I.outbox FROM weir_app', schema_name);
    EXECUTE format('GRANT INSERT ON %1$I.outbox TO weir_app', schema_name);
    EXECUTE format('GRANT SELECT, INSERT, DELETE ON %1$I.outbox TO weir_system', schema_name);
END
$$;
