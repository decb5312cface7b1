-- Roles and the second lock (DESIGN section 4). weir_owner runs migrations and owns everything; weir_app sees what its
-- scope lets through; weir_system is for ingest, outbox, checks and timers. None of the two owns a table or bypasses
-- row-level security. Runs as the database's owner; no table exists yet, so no lock and no backfill.
DO $$
BEGIN
    IF NOT EXISTS (SELECT 1 FROM pg_roles WHERE rolname = 'weir_app') THEN
        CREATE ROLE weir_app NOLOGIN NOBYPASSRLS;
    END IF;
    IF NOT EXISTS (SELECT 1 FROM pg_roles WHERE rolname = 'weir_system') THEN
        CREATE ROLE weir_system NOLOGIN NOBYPASSRLS;
    END IF;
END
$$;
GRANT weir_app, weir_system TO CURRENT_USER;

CREATE SCHEMA weir;
GRANT USAGE ON SCHEMA weir TO weir_app, weir_system;

-- The tenant path of this transaction, NULL when unset: an unset scope sees nothing.
CREATE FUNCTION weir.scope() RETURNS text LANGUAGE sql STABLE PARALLEL SAFE
    RETURN nullif(current_setting('weir.scope', true), '');

-- The member of this transaction, NULL when it is not a member's.
CREATE FUNCTION weir.member() RETURNS text LANGUAGE sql STABLE PARALLEL SAFE
    RETURN nullif(current_setting('weir.member', true), '');

-- Opens a context's schema to the two roles. Call it once after CREATE SCHEMA.
CREATE FUNCTION weir.open_schema(name text) RETURNS void LANGUAGE plpgsql AS $$
BEGIN
    EXECUTE format('GRANT USAGE ON SCHEMA %I TO weir_app, weir_system', name);
    EXECUTE format('ALTER DEFAULT PRIVILEGES IN SCHEMA %I GRANT SELECT, INSERT, UPDATE, DELETE ON TABLES TO weir_app, weir_system', name);
    EXECUTE format('ALTER DEFAULT PRIVILEGES IN SCHEMA %I GRANT USAGE, SELECT ON SEQUENCES TO weir_app, weir_system', name);
END
$$;

-- Row-level security for a tenant table: it must have a column `tenant text` (a path like /DEMO/A001/). With a member
-- column, a member sees only their own rows of it.
CREATE FUNCTION weir.protect(target regclass, member_column text DEFAULT NULL) RETURNS void LANGUAGE plpgsql AS $$
DECLARE
    own text := '';
BEGIN
    IF member_column IS NOT NULL THEN
        own := format(' AND (weir.member() IS NULL OR %I = weir.member())', member_column);
    END IF;
    EXECUTE format('ALTER TABLE %s ENABLE ROW LEVEL SECURITY', target);
    EXECUTE format('ALTER TABLE %s FORCE ROW LEVEL SECURITY', target);
    EXECUTE format('CREATE POLICY app_scope ON %s TO weir_app USING (starts_with(tenant, weir.scope())%s)', target, own);
    EXECUTE format('CREATE POLICY system_all ON %s TO weir_system USING (true)', target);
END
$$;
