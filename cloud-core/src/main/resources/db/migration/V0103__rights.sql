-- What the door of every node knows of tenants and staff: kept by the vendors context, read by the API (like sessions). Nothing
-- of this is visible to weir_app. A tenant without a row is in good standing and has all modules. New tables, no lock, no backfill.
CREATE SCHEMA rights;
SELECT weir.open_schema('rights');

CREATE TABLE rights.version (
    only_row boolean PRIMARY KEY DEFAULT true CHECK (only_row),
    version  bigint  NOT NULL
);
INSERT INTO rights.version (version) VALUES (1);

CREATE TABLE rights.standing (
    path     text    PRIMARY KEY,
    disabled boolean NOT NULL,
    unsigned boolean NOT NULL,
    modules  text[]  -- NULL: all
);

CREATE TABLE rights.staff (
    uid        text   PRIMARY KEY,
    role       text   NOT NULL, -- a built-in role's name, else the custom role's id
    operations text[],          -- of a custom role; NULL for built-in ones
    areas      text[] NOT NULL DEFAULT '{}'
);
REVOKE ALL ON ALL TABLES IN SCHEMA rights FROM weir_app;
