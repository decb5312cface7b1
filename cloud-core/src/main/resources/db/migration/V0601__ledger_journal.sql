-- The double-entry journal (DESIGN section 6, facts/commerce.md 2). All money in fen. An entry's amount is signed: above
-- zero the account receives, below zero it gives; the entries of one transaction sum to zero. Every balance is what Weir
-- owes to the account, so a clearing account (a channel's debt to Weir) runs below zero.
-- Only weir_system writes: one ledger batch serves many tenants. weir_app only reads, through its scope.
-- Entries carry no foreign keys: one trigger call per row would halve the batch rate; the proof (V0602) finds orphans.
-- New schema, so no lock and no backfill.
CREATE SCHEMA ledger;
SELECT weir.open_schema('ledger');

-- A balance is materialised, and its row locked, only where a limit must hold. Fees and clearing are append-only: their
-- balance is the sum of their entries and no transaction waits for another there. Half-filled pages keep updates in place.
CREATE TABLE ledger.account (
    id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    code text NOT NULL UNIQUE,
    kind text NOT NULL,
    tenant text NOT NULL,
    member text,
    balance bigint,
    flagged boolean NOT NULL DEFAULT false,
    CONSTRAINT append_only_kinds CHECK ((balance IS NULL) = (kind IN ('PLATFORM_FEE', 'CLEARING', 'BAD_DEBT', 'UNBILLED'))),
    CONSTRAINT below_zero_only_by_claw_back CHECK (balance >= 0 OR (flagged AND kind IN ('PAYABLE', 'COMMISSION')))
) WITH (fillfactor = 50);
SELECT weir.protect('ledger.account', 'member');

CREATE SEQUENCE ledger.transaction_id;

-- One accepted request: its idempotency key, what was asked (hash) and what was answered, for ever.
CREATE TABLE ledger.transaction (
    id bigint PRIMARY KEY,
    key text NOT NULL UNIQUE,
    input_hash bytea NOT NULL,
    kind text NOT NULL,
    tenant text NOT NULL,
    member text,
    hold bigint,
    purpose text NOT NULL,
    reason text NOT NULL,
    answer text NOT NULL,
    at timestamptz NOT NULL
);
CREATE INDEX transaction_hold ON ledger.transaction (hold) WHERE hold IS NOT NULL;
SELECT weir.protect('ledger.transaction', 'member');

CREATE TABLE ledger.entry (
    transaction bigint NOT NULL,
    account bigint NOT NULL,
    tenant text NOT NULL,
    member text,
    amount bigint NOT NULL CHECK (amount <> 0),
    PRIMARY KEY (transaction, account)
);
CREATE INDEX entry_account ON ledger.entry (account, transaction);
SELECT weir.protect('ledger.entry', 'member');

-- Money set aside; its id is the id of the transaction that did it. A hold of a dispense has no expiry.
CREATE TABLE ledger.hold (
    id bigint PRIMARY KEY,
    tenant text NOT NULL,
    member text NOT NULL,
    purpose text NOT NULL,
    amount bigint NOT NULL CHECK (amount > 0),
    captured bigint NOT NULL,
    refunded bigint NOT NULL,
    state text NOT NULL CHECK (state IN ('HELD', 'CAPTURED', 'RELEASED', 'EXPIRED')),
    expires_at timestamptz,
    CONSTRAINT captured_within_hold CHECK (captured BETWEEN 0 AND amount),
    CONSTRAINT refunded_within_captured CHECK (refunded BETWEEN 0 AND captured),
    CONSTRAINT captured_in_state CHECK (captured = 0 OR state = 'CAPTURED')
) WITH (fillfactor = 70);
CREATE INDEX hold_expiry ON ledger.hold (expires_at) WHERE expires_at IS NOT NULL;
SELECT weir.protect('ledger.hold', 'member');

-- What each party got of a capture. state and available_at only for commission; a member sees only commission of their own.
CREATE TABLE ledger.share (
    hold bigint NOT NULL,
    n smallint NOT NULL,
    tenant text NOT NULL,
    member text,
    kind text NOT NULL CHECK (kind IN ('PAYABLE', 'COMMISSION', 'PLATFORM_FEE')),
    payee text NOT NULL,
    level smallint NOT NULL,
    amount bigint NOT NULL CHECK (amount > 0),
    refunded bigint NOT NULL,
    available_at timestamptz,
    state text CHECK (state IN ('PENDING', 'AVAILABLE', 'REVERSED')),
    PRIMARY KEY (hold, n),
    CONSTRAINT refunded_within_share CHECK (refunded BETWEEN 0 AND amount),
    CONSTRAINT commission_has_a_state CHECK ((kind = 'COMMISSION') = (state IS NOT NULL AND available_at IS NOT NULL AND member IS NOT NULL AND level > 0))
) WITH (fillfactor = 80);
CREATE UNIQUE INDEX share_level ON ledger.share (hold, level) WHERE level > 0;
CREATE INDEX share_member ON ledger.share (member, hold) WHERE member IS NOT NULL;
CREATE INDEX share_pending ON ledger.share (available_at) WHERE state = 'PENDING';
SELECT weir.protect('ledger.share', 'member');

-- An attempt to bring money in through a pay channel. The channel knows it by out_trade_no.
CREATE TABLE ledger.topup (
    out_trade_no text PRIMARY KEY DEFAULT replace(gen_random_uuid()::text, '-', ''),
    key text NOT NULL,
    tenant text NOT NULL,
    member text NOT NULL,
    channel text NOT NULL,
    amount bigint NOT NULL CHECK (amount > 0),
    state text NOT NULL DEFAULT 'CREATED' CHECK (state IN ('CREATED', 'SUCCESS')),
    created_at timestamptz NOT NULL,
    UNIQUE (member, key)
);
SELECT weir.protect('ledger.topup', 'member');

REVOKE INSERT, UPDATE, DELETE ON ALL TABLES IN SCHEMA ledger FROM weir_app;
GRANT INSERT ON ledger.topup TO weir_app;
REVOKE DELETE ON ALL TABLES IN SCHEMA ledger FROM weir_system;
REVOKE UPDATE ON ledger.transaction, ledger.entry FROM weir_system;
