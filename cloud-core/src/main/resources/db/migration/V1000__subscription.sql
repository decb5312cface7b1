-- Server-side subscription. New schema, no lock, no backfill.
CREATE SCHEMA subscription;
SELECT weir.open_schema('subscription');
SELECT weir.create_fact_tables('subscription');

-- head and acked are numbers of messages. The row's lock, held until the commit, makes the numbers of one subscription rise in
-- the order of commits, without holes: a reader that has seen n will never find something new below n.
CREATE TABLE subscription.subscription (
    id           text        PRIMARY KEY CHECK (id ~ '^[a-z0-9]{26}$'),
    tenant       text        NOT NULL,
    name         text        NOT NULL,
    product_keys text[]      NOT NULL,
    kinds        text[]      NOT NULL,
    secret_hash  bytea       NOT NULL,
    head         bigint      NOT NULL DEFAULT 0,
    acked        bigint      NOT NULL DEFAULT 0,
    skipped      bigint      NOT NULL DEFAULT 0,
    created_at   timestamptz NOT NULL,
    UNIQUE (tenant, name)
) WITH (fillfactor = 50);
SELECT weir.protect('subscription.subscription');

-- Eight fixed partitions, one for each day (UTC, by PostgreSQL's clock) in turn: what is seven days old is cut off as a whole.
CREATE TABLE subscription.message (
    slot            int         NOT NULL,
    day             int         NOT NULL,
    tenant          text        NOT NULL,
    subscription_id text        NOT NULL,
    seq             bigint      NOT NULL,
    stored_at       timestamptz NOT NULL,
    device_id       text        NOT NULL,
    product_key     text        NOT NULL,
    kind            text        NOT NULL,
    name            text        NOT NULL,
    at_ms           bigint      NOT NULL,
    payload         bytea       NOT NULL,
    PRIMARY KEY (slot, subscription_id, seq)
) PARTITION BY LIST (slot);
SELECT weir.protect('subscription.message');

DO $$
BEGIN
    FOR s IN 0..7 LOOP
        EXECUTE format('CREATE TABLE subscription.message_%s PARTITION OF subscription.message FOR VALUES IN (%s)', s, s);
        EXECUTE format('REVOKE ALL ON subscription.message_%s FROM weir_app, weir_system', s);
    END LOOP;
END
$$;

-- Cuts off the slots whose newest row is seven days old or older; answers how many. A clock that was ahead for a while makes
-- rows of a later day: they stay until that day is seven days old.
CREATE FUNCTION subscription.cut_off() RETURNS int LANGUAGE plpgsql SECURITY DEFINER
SET search_path = pg_catalog, pg_temp AS $$
DECLARE
    today int := extract(epoch FROM now())::bigint / 86400;
    newest int;
    cut int := 0;
BEGIN
    PERFORM pg_advisory_xact_lock(hashtext('subscription.cut_off'));
    SET LOCAL lock_timeout = '5s';
    FOR s IN 0..7 LOOP
        EXECUTE format('SELECT max(day) FROM subscription.message_%s', s) INTO newest;
        IF newest <= today - 7 THEN
            EXECUTE format('TRUNCATE subscription.message_%s', s);
            cut := cut + 1;
        END IF;
    END LOOP;
    RETURN cut;
END
$$;
REVOKE ALL ON FUNCTION subscription.cut_off() FROM PUBLIC;
GRANT EXECUTE ON FUNCTION subscription.cut_off() TO weir_system;
