-- Dispenses, tariffs, what the ledger must be told, and what needs an operator's hand (DESIGN section 5). New schema: no
-- lock on anything that exists, no backfill.
CREATE SCHEMA dispense;
SELECT weir.open_schema('dispense');
SELECT weir.create_fact_tables('dispense');
SELECT weir.create_outbox('dispense');

-- Versions of price, split and commission in one row, so that a dispense freezes all three with one number. tenant is the
-- vendor's path. The narrowest level wins, within it the newest version. Money in fen per litre, shares in basis points.
CREATE TABLE dispense.tariff (
    id          bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    tenant      text NOT NULL,
    level       smallint NOT NULL CHECK (level BETWEEN 1 AND 3), -- 1 device, 2 product, 3 vendor
    target      text NOT NULL,                                   -- device id, product key, or empty
    prices      jsonb NOT NULL,                                  -- outlet -> yuan per litre
    platform_bp integer NOT NULL CHECK (platform_bp >= 0),
    agent_bp    integer NOT NULL CHECK (agent_bp >= 0),
    dealer_bp   integer NOT NULL CHECK (dealer_bp >= 0),
    partner_bp  integer NOT NULL CHECK (partner_bp >= 0),
    commission  jsonb NOT NULL,                                  -- basis points of referrers 1..3
    created_by  text NOT NULL,
    created_at  timestamptz NOT NULL,
    CHECK (platform_bp + agent_bp + dealer_bp + partner_bp <= 10000)
);
CREATE INDEX tariff_target ON dispense.tariff (tenant, level, target, id DESC);
SELECT weir.protect('dispense.tariff');

-- tenant is the path of the device's owner. What is frozen at creation comes first, then how it went.
CREATE TABLE dispense.dispense (
    id                text PRIMARY KEY CHECK (id ~ '^[a-z0-9]{26}$'),
    tenant            text NOT NULL,
    member            text NOT NULL,
    idempotency_key   text NOT NULL,
    device_id         text NOT NULL,
    gateway           text NOT NULL,
    outlet            text NOT NULL,
    ordered_ml        bigint NOT NULL CHECK (ordered_ml > 0),
    measure_mode      smallint NOT NULL,
    ml_per_second     bigint NOT NULL,
    ml_per_1000_pulses bigint NOT NULL,
    seconds_max       bigint NOT NULL,
    ttl_ms            bigint NOT NULL,
    end_within_ms     bigint NOT NULL,                            -- of stream time, from the first fact
    terms             jsonb NOT NULL,
    parties           jsonb NOT NULL,
    hold_fen          bigint NOT NULL CHECK (hold_fen >= 0),
    created_at        timestamptz NOT NULL,

    state             text NOT NULL,
    hold              text,
    progress_ml       bigint NOT NULL,
    seconds_run       bigint NOT NULL,
    end_ml            bigint,
    settled_ml        bigint CHECK (settled_ml <= ordered_ml),
    reason            text,
    charged_fen       bigint NOT NULL CHECK (charged_fen BETWEEN 0 AND hold_fen),
    corrected_fen     bigint NOT NULL CHECK (corrected_fen >= 0),
    refunded_fen      bigint NOT NULL CHECK (refunded_fen >= 0),
    bad_debt_fen      bigint NOT NULL CHECK (bad_debt_fen >= 0),
    journal           text,
    partition         integer NOT NULL,
    orphan_at_ms      bigint NOT NULL,
    updated_at        timestamptz NOT NULL,

    -- how long it was watched by a living sweeper since the command, and when the gateway is asked what became of it
    waited_ms         bigint NOT NULL DEFAULT 0,
    resolve_at        timestamptz NOT NULL,
    resolve_tries     integer NOT NULL DEFAULT 0,
    overrun_seen_at   timestamptz,
    CHECK (corrected_fen + refunded_fen <= charged_fen)
) WITH (fillfactor = 70);
-- One open dispense per counter: the second scanner is refused before any hold.
CREATE UNIQUE INDEX dispense_open ON dispense.dispense (device_id)
    WHERE state IN ('CREATED', 'HELD', 'COMMANDED', 'RUNNING');
CREATE UNIQUE INDEX dispense_key ON dispense.dispense (member, idempotency_key);
CREATE INDEX dispense_watched ON dispense.dispense (gateway, journal, partition)
    WHERE state IN ('CREATED', 'HELD', 'COMMANDED', 'RUNNING', 'ENDED', 'ORPHAN');
CREATE INDEX dispense_of_member ON dispense.dispense (member, created_at DESC);
CREATE INDEX dispense_of_device ON dispense.dispense (device_id, created_at DESC);
CREATE INDEX dispense_newest ON dispense.dispense (created_at DESC);
CREATE INDEX dispense_overrun ON dispense.dispense (created_at DESC)
    WHERE end_ml > ordered_ml AND overrun_seen_at IS NULL;
SELECT weir.protect('dispense.dispense', 'member');

-- What the ledger must be told, written in the transaction of the cause, told in order until it has answered.
CREATE TABLE dispense.posting (
    id         bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    key        text NOT NULL UNIQUE,
    dispense   text NOT NULL REFERENCES dispense.dispense (id),
    tenant     text NOT NULL,
    member     text NOT NULL,
    kind       text NOT NULL,
    hold       text,
    amount_fen bigint NOT NULL CHECK (amount_fen >= 0),
    legs       jsonb NOT NULL,
    reason     text NOT NULL,
    state      text NOT NULL DEFAULT 'DUE' CHECK (state IN ('DUE', 'DONE', 'REFUSED')),
    due_at     timestamptz NOT NULL,
    attempts   integer NOT NULL DEFAULT 0,
    problem    text,
    created_at timestamptz NOT NULL,
    done_at    timestamptz
);
CREATE INDEX posting_due ON dispense.posting (due_at, id) WHERE state = 'DUE';
CREATE INDEX posting_dispense ON dispense.posting (dispense, id);
-- The ledger captures one hold once; this says so a second time.
CREATE UNIQUE INDEX posting_once ON dispense.posting (dispense, kind) WHERE kind IN ('CAPTURE', 'RELEASE', 'UNHOLD', 'BAD_DEBT');
SELECT weir.protect('dispense.posting', 'member');

-- Devices that did not stop when told to; no new dispense while cleared_at is null.
CREATE TABLE dispense.fault (
    device_id  text PRIMARY KEY,
    tenant     text NOT NULL,
    dispense   text NOT NULL,
    code       text NOT NULL,
    faulted_at timestamptz NOT NULL,
    cleared_at timestamptz,
    cleared_by text
);
CREATE INDEX fault_open ON dispense.fault (faulted_at DESC) WHERE cleared_at IS NULL;
SELECT weir.protect('dispense.fault');

-- Water that nobody ordered: shown, never billed.
CREATE TABLE dispense.unattributed (
    id              bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    device_id       text NOT NULL,
    tenant          text NOT NULL,
    gateway         text NOT NULL,
    ml              bigint NOT NULL,
    seen_at         timestamptz NOT NULL,
    acknowledged_at timestamptz,
    acknowledged_by text
);
CREATE INDEX unattributed_open ON dispense.unattributed (seen_at DESC) WHERE acknowledged_at IS NULL;
SELECT weir.protect('dispense.unattributed');

-- Time as each gateway's stream of facts tells it, and how long a living sweeper has heard nothing of it.
CREATE TABLE dispense.gateway_clock (
    gateway   text NOT NULL,
    journal   text NOT NULL,
    partition integer NOT NULL,
    boot      text NOT NULL,
    tick_ms   bigint NOT NULL,
    stream_ms bigint NOT NULL,
    silent_ms bigint NOT NULL DEFAULT 0,
    PRIMARY KEY (gateway, journal, partition)
) WITH (fillfactor = 50);

-- One row: when the last sweep was, so that several nodes count each minute of silence once.
CREATE TABLE dispense.sweep (
    one      boolean PRIMARY KEY DEFAULT true CHECK (one),
    swept_at timestamptz NOT NULL
);
INSERT INTO dispense.sweep (swept_at) VALUES (now());
REVOKE ALL ON dispense.gateway_clock, dispense.sweep FROM weir_app;
