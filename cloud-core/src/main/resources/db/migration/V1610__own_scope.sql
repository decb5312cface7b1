-- A scope of a tenant's own rows, without those of the tenants below it: for staff whose data scope is OWN. Policies of now are changed,
-- weir.protect makes later ones so. Locks each table for a moment, reads none.
CREATE FUNCTION weir.own() RETURNS boolean LANGUAGE sql STABLE PARALLEL SAFE
    RETURN coalesce(current_setting('weir.own', true), '') = 'on';

CREATE OR REPLACE FUNCTION weir.protect(target regclass, member_column text DEFAULT NULL) RETURNS void LANGUAGE plpgsql AS $$
DECLARE
    own text := '';
BEGIN
    IF member_column IS NOT NULL THEN
        own := format(' AND ((SELECT weir.member()) IS NULL OR %I = (SELECT weir.member()))', member_column);
    END IF;
    EXECUTE format('ALTER TABLE %s ENABLE ROW LEVEL SECURITY', target);
    EXECUTE format('ALTER TABLE %s FORCE ROW LEVEL SECURITY', target);
    EXECUTE format('CREATE POLICY app_scope ON %s TO weir_app USING (starts_with(tenant, (SELECT weir.scope()))'
        || ' AND (NOT (SELECT weir.own()) OR tenant = (SELECT weir.scope()))%s)', target, own);
    EXECUTE format('CREATE POLICY system_all ON %s TO weir_system USING (true)', target);
END
$$;

DO $$
DECLARE
    p record;
BEGIN
    FOR p IN
        SELECT polname, polrelid::regclass AS target, pg_get_expr(polqual, polrelid) AS qual FROM pg_policy WHERE polname = 'app_scope'
    LOOP
        EXECUTE format('ALTER POLICY %I ON %s USING ((%s) AND (NOT (SELECT weir.own()) OR tenant = (SELECT weir.scope())))',
            p.polname, p.target, p.qual);
    END LOOP;
END
$$;
