-- The latest state as text: a device that posts the same properties every time has its state replaced, and neither text is
-- parsed (28 us a row before, half of it jsonb). keys is a hash of the state's identifiers; 0 is none, and unknown for rows
-- that are older than this migration, which the next post puts right. Rewrites ingest.latest: one row per device.
ALTER TABLE ingest.latest ALTER COLUMN state TYPE text USING state::text;
ALTER TABLE ingest.latest ADD COLUMN keys bigint NOT NULL DEFAULT 0;

-- Hash of the identifiers of a state, as IngestStore makes it of what a device posts.
CREATE FUNCTION ingest.keys(state jsonb) RETURNS bigint LANGUAGE sql IMMUTABLE PARALLEL SAFE
    RETURN (SELECT hashtextextended(string_agg(to_json(k)::text, ',' ORDER BY k COLLATE "C"), 0) FROM jsonb_object_keys(state) AS k);
