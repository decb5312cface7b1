-- How this database was born (DESIGN section 7): with demo data and the lab pay channel, or without. Written once, at the
-- first start, and never changed: a database born without demo refuses the lab channel for ever. New table, no lock.
CREATE TABLE weir.birth (
    one boolean PRIMARY KEY DEFAULT true CHECK (one),
    demo boolean NOT NULL,
    born_at timestamptz NOT NULL DEFAULT now()
);
GRANT SELECT ON weir.birth TO weir_app, weir_system;

CREATE FUNCTION weir.birth_is_final() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    RAISE EXCEPTION 'a database is born once: weir.birth never changes';
END
$$;
CREATE TRIGGER final BEFORE UPDATE OR DELETE OR TRUNCATE ON weir.birth
    FOR EACH STATEMENT EXECUTE FUNCTION weir.birth_is_final();

-- Called by the owner at every start, right after the migrations: the first call decides, later ones only read.
CREATE FUNCTION weir.be_born(with_demo boolean) RETURNS boolean LANGUAGE plpgsql AS $$
BEGIN
    INSERT INTO weir.birth (demo) VALUES (with_demo) ON CONFLICT DO NOTHING;
    RETURN (SELECT demo FROM weir.birth);
END
$$;
