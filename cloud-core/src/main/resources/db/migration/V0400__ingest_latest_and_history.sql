-- Facts as rows (DESIGN section 2): the latest values of each device and the history of its posts and events. New schema,
-- no lock, no backfill.
CREATE SCHEMA ingest;
SELECT weir.open_schema('ingest');
SELECT weir.create_fact_tables('ingest');

-- One row per device. state: {"<identifier>": [value, at_ms, epoch], ..}. at, epoch and gateway are those of the newest post.
-- posts and events count the rows of the history that are still kept, so that a list knows its total without counting.
CREATE TABLE ingest.latest (
    device_id text PRIMARY KEY,
    tenant text NOT NULL,
    state jsonb NOT NULL,
    at timestamptz NOT NULL,
    epoch bigint NOT NULL,
    gateway text NOT NULL,
    posts bigint NOT NULL,
    events bigint NOT NULL
) WITH (fillfactor = 50);
SELECT weir.protect('ingest.latest');

-- at is the gateway's time, unless that is out of the kept days or in the future (its clock is wrong, or the fact is very
-- late): then it is the cloud's, and gateway_at tells what the gateway said. params as the device sent them.
CREATE TABLE ingest.property_post (
    tenant text NOT NULL,
    device_id text NOT NULL,
    at timestamptz NOT NULL,
    id bigint GENERATED ALWAYS AS IDENTITY (CACHE 100),
    epoch bigint NOT NULL,
    gateway_at timestamptz,
    params jsonb NOT NULL
) PARTITION BY RANGE (at);
CREATE INDEX property_post_device ON ingest.property_post (device_id, at, id);
SELECT weir.protect('ingest.property_post');

CREATE TABLE ingest.event_post (
    tenant text NOT NULL,
    device_id text NOT NULL,
    at timestamptz NOT NULL,
    id bigint GENERATED ALWAYS AS IDENTITY (CACHE 100),
    epoch bigint NOT NULL,
    gateway_at timestamptz,
    identifier text NOT NULL,
    params jsonb NOT NULL
) PARTITION BY RANGE (at);
CREATE INDEX event_post_device ON ingest.event_post (device_id, at, id);
SELECT weir.protect('ingest.event_post');

-- What gateways had to shed, by their own account. No tenant: a gateway serves several.
CREATE TABLE ingest.shed (
    id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    gateway text NOT NULL,
    journal text NOT NULL,
    lane text NOT NULL,
    partition int NOT NULL,
    frame bigint NOT NULL,
    at timestamptz NOT NULL,
    entries bigint NOT NULL,
    bytes bigint NOT NULL,
    reason text NOT NULL
);
REVOKE ALL ON ingest.shed FROM weir_app;

-- Days (UTC) for which both histories have a partition.
CREATE TABLE ingest.day (day date PRIMARY KEY);
REVOKE ALL ON ingest.day FROM weir_app;
REVOKE INSERT, UPDATE, DELETE ON ingest.day FROM weir_system;

-- weir_system owns nothing, so making and dropping partitions are functions of the owner. A partition is reached through its
-- parent only: there row-level security stands.
CREATE FUNCTION ingest.make_days(first date, last date) RETURNS int LANGUAGE plpgsql SECURITY DEFINER
SET search_path = pg_catalog, pg_temp AS $$
DECLARE
    d date;
    t text;
    made int := 0;
BEGIN
    PERFORM pg_advisory_xact_lock(hashtext('ingest.day'));
    FOR d IN SELECT g::date FROM generate_series(first, last, interval '1 day') AS g
             WHERE NOT EXISTS (SELECT 1 FROM ingest.day k WHERE k.day = g::date) LOOP
        FOREACH t IN ARRAY ARRAY['property_post', 'event_post'] LOOP
            EXECUTE format('CREATE TABLE ingest.%I PARTITION OF ingest.%I FOR VALUES FROM (%L) TO (%L)',
                t || to_char(d, '_YYYYMMDD'), t, d::text || ' 00:00:00+00', (d + 1)::text || ' 00:00:00+00');
            EXECUTE format('REVOKE ALL ON ingest.%I FROM weir_app, weir_system', t || to_char(d, '_YYYYMMDD'));
        END LOOP;
        INSERT INTO ingest.day (day) VALUES (d);
        made := made + 1;
    END LOOP;
    RETURN made;
END
$$;

-- Drops the oldest day before the given one, if there is one, and takes its rows off the devices' counts.
CREATE FUNCTION ingest.drop_day(before date) RETURNS date LANGUAGE plpgsql SECURITY DEFINER
SET search_path = pg_catalog, pg_temp AS $$
DECLARE
    d date;
    suffix text;
BEGIN
    PERFORM pg_advisory_xact_lock(hashtext('ingest.day'));
    SELECT min(day) INTO d FROM ingest.day WHERE day < before;
    IF d IS NULL THEN
        RETURN NULL;
    END IF;
    suffix := to_char(d, '_YYYYMMDD');
    SET LOCAL lock_timeout = '5s';
    EXECUTE format('LOCK TABLE ingest.%I, ingest.%I IN ACCESS EXCLUSIVE MODE', 'property_post' || suffix, 'event_post' || suffix);
    EXECUTE format(
        'UPDATE ingest.latest l SET posts = greatest(0, l.posts - c.n)
         FROM (SELECT device_id, tenant, count(*) AS n FROM ingest.%I GROUP BY 1, 2) AS c
         WHERE l.device_id = c.device_id AND l.tenant = c.tenant', 'property_post' || suffix);
    EXECUTE format(
        'UPDATE ingest.latest l SET events = greatest(0, l.events - c.n)
         FROM (SELECT device_id, tenant, count(*) AS n FROM ingest.%I GROUP BY 1, 2) AS c
         WHERE l.device_id = c.device_id AND l.tenant = c.tenant', 'event_post' || suffix);
    EXECUTE format('DROP TABLE ingest.%I', 'property_post' || suffix);
    EXECUTE format('DROP TABLE ingest.%I', 'event_post' || suffix);
    DELETE FROM ingest.day WHERE day = d;
    RETURN d;
END
$$;
REVOKE ALL ON FUNCTION ingest.make_days(date, date), ingest.drop_day(date) FROM PUBLIC;
GRANT EXECUTE ON FUNCTION ingest.make_days(date, date), ingest.drop_day(date) TO weir_system;

-- Merges states value by value where a post is older than the newest one: the later epoch wins, without epochs the later
-- time. Rare: a device that changed gateways while the former one was cut off.
CREATE FUNCTION ingest.merge(a jsonb, b jsonb) RETURNS jsonb LANGUAGE sql IMMUTABLE PARALLEL SAFE
    RETURN (
        SELECT coalesce(jsonb_object_agg(k.key, CASE
            WHEN a -> k.key IS NULL THEN b -> k.key
            WHEN b -> k.key IS NULL THEN a -> k.key
            WHEN (a -> k.key ->> 2)::bigint > 0 AND (b -> k.key ->> 2)::bigint > 0
                 AND (a -> k.key ->> 2) <> (b -> k.key ->> 2)
                THEN CASE WHEN (b -> k.key ->> 2)::bigint > (a -> k.key ->> 2)::bigint THEN b ELSE a END -> k.key
            WHEN (b -> k.key ->> 1)::bigint >= (a -> k.key ->> 1)::bigint THEN b -> k.key
            ELSE a -> k.key END), '{}')
        FROM (SELECT jsonb_object_keys(a) AS key UNION SELECT jsonb_object_keys(b)) AS k
    );
