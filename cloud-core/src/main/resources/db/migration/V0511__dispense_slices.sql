-- Offline quota (DESIGN section 5, ADR-010). Two new tables; the index that lets a device have one open dispense is made
-- anew without the dispenses that were born of slices: those were opened by the edge, which sees to it that a device pours
-- one at a time, and a fact must never be refused because another one's end has not arrived yet. Building it anew locks
-- dispense.dispense against writing for the time of one scan of its open rows. No backfill.
ALTER TABLE dispense.dispense ADD COLUMN of_slice boolean NOT NULL DEFAULT false;
DROP INDEX dispense.dispense_open;
CREATE UNIQUE INDEX dispense_open ON dispense.dispense (device_id)
    WHERE state IN ('CREATED', 'HELD', 'COMMANDED', 'RUNNING') AND NOT of_slice;

-- What a member lets a device pour while the cloud is away: so many slices at a time. tenant is the path of the device's
-- owner. A button's grant is filled up to its slices whenever its gateway asks, until it expires or is recalled.
CREATE TABLE dispense.quota_grant (
    id              text PRIMARY KEY CHECK (id ~ '^[a-z0-9]{26}$'),
    tenant          text NOT NULL,
    member          text NOT NULL,
    idempotency_key text NOT NULL,
    kind            text NOT NULL,
    start_by        text NOT NULL CHECK (start_by IN ('CODE', 'BUTTON')),
    device_id       text NOT NULL,
    gateway         text NOT NULL,
    slices          integer NOT NULL CHECK (slices BETWEEN 1 AND 20),
    slice_ml        bigint NOT NULL CHECK (slice_ml > 0),
    outlet          text NOT NULL,
    template        jsonb NOT NULL,                 -- the order that each slice's dispense is made from
    expires_at      timestamptz NOT NULL,
    recalled_at     timestamptz,
    created_at      timestamptz NOT NULL,
    UNIQUE (member, idempotency_key)
);
CREATE INDEX quota_grant_filled ON dispense.quota_grant (gateway) WHERE start_by = 'BUTTON' AND recalled_at IS NULL;
CREATE INDEX quota_grant_newest ON dispense.quota_grant (member, created_at DESC);
SELECT weir.protect('dispense.quota_grant', 'member');

-- One slice is one dispense that may come to be; id is the dispense's. Its row stays for the reconciliation.
CREATE TABLE dispense.slice (
    id          text PRIMARY KEY CHECK (id ~ '^[a-z0-9]{26}$'),
    grant_id    text NOT NULL REFERENCES dispense.quota_grant (id),
    tenant      text NOT NULL,
    member      text NOT NULL,
    device_id   text NOT NULL,
    gateway     text NOT NULL,
    kind        text NOT NULL,
    start_by    text NOT NULL,
    expires_at  timestamptz NOT NULL,
    order_json  jsonb NOT NULL,
    state       text NOT NULL,
    hold        text,
    journal     text,
    number      bigint NOT NULL,
    recalled    boolean NOT NULL,
    late        boolean NOT NULL,
    due_at      timestamptz NOT NULL,               -- when the ledger is asked (again)
    created_at  timestamptz NOT NULL,
    updated_at  timestamptz NOT NULL
) WITH (fillfactor = 70);
CREATE UNIQUE INDEX slice_number ON dispense.slice (gateway, journal, number) WHERE journal IS NOT NULL;
CREATE INDEX slice_of_grant ON dispense.slice (grant_id);
CREATE INDEX slice_out ON dispense.slice (gateway, expires_at) WHERE state IN ('CREATED', 'HELD', 'SERVED', 'TAKEN');
CREATE INDEX slice_due ON dispense.slice (due_at) WHERE state IN ('CREATED', 'RELEASING');
CREATE INDEX slice_newest ON dispense.slice (created_at DESC);
SELECT weir.protect('dispense.slice', 'member');

-- The first key of a journal's statements is its only one, and each journal counts its slices by itself.
CREATE TABLE dispense.slice_journal (
    gateway       text NOT NULL,
    journal       text NOT NULL,
    statement_key text NOT NULL,
    last_number   bigint NOT NULL DEFAULT 0,
    first_seen_at timestamptz NOT NULL,
    PRIMARY KEY (gateway, journal)
);
REVOKE ALL ON dispense.slice_journal FROM weir_app;
