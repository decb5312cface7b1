-- Row-level security asks for the scope once a statement, not once a row: a list of 13,000 devices spent most of its time asking.
-- Policies of now are changed, weir.protect makes later ones so. Locks each table for a moment, reads none.
CREATE OR REPLACE FUNCTION weir.protect(target regclass, member_column text DEFAULT NULL) RETURNS void LANGUAGE plpgsql AS $$
DECLARE
    own text := '';
BEGIN
    IF member_column IS NOT NULL THEN
        own := format(' AND ((SELECT weir.member()) IS NULL OR %I = (SELECT weir.member()))', member_column);
    END IF;
    EXECUTE format('ALTER TABLE %s ENABLE ROW LEVEL SECURITY', target);
    EXECUTE format('ALTER TABLE %s FORCE ROW LEVEL SECURITY', target);
    EXECUTE format('CREATE POLICY app_scope ON %s TO weir_app USING (starts_with(tenant, (SELECT weir.scope()))%s)', target, own);
    EXECUTE format('CREATE POLICY system_all ON %s TO weir_system USING (true)', target);
END
$$;

DO $$
DECLARE
    p record;
BEGIN
    FOR p IN
        SELECT polname, polrelid::regclass AS target, pg_get_expr(polqual, polrelid) AS qual FROM pg_policy
        WHERE polname IN ('app_scope', 'app_read_above') AND pg_get_expr(polqual, polrelid) NOT LIKE '%SELECT%'
    LOOP
        EXECUTE format('ALTER POLICY %I ON %s USING (%s)', p.polname, p.target,
            replace(replace(p.qual, 'weir.scope()', '(SELECT weir.scope())'), 'weir.member()', '(SELECT weir.member())'));
    END LOOP;
END
$$;
