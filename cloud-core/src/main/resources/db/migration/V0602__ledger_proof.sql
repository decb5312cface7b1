-- The running proof of the journal (facts/commerce.md 2.2, I1 to I6). Only weir_system touches these tables. New tables.

-- Written by each batch inside its own transaction: what the proof has not folded yet. A queue of rows, not a mark on ids:
-- ids are drawn before commit, so a mark would skip a transaction that commits late.
CREATE TABLE ledger.unproven (
    id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    transactions bigint[] NOT NULL
);

-- Sum and number of the folded entries per account.
CREATE TABLE ledger.proven (
    account bigint PRIMARY KEY,
    total bigint NOT NULL,
    entries bigint NOT NULL
) WITH (fillfactor = 50);

-- Where the slow round over old rows stands; its row lock lets one node prove at a time.
CREATE TABLE ledger.proof_round (
    one boolean PRIMARY KEY DEFAULT true CHECK (one),
    transaction bigint NOT NULL,
    account bigint NOT NULL,
    hold bigint NOT NULL
);
INSERT INTO ledger.proof_round (transaction, account, hold) VALUES (0, 0, 0);

-- What the proof found broken. It stays until an operator has dealt with it as the database's owner.
CREATE TABLE ledger.violation (
    invariant smallint NOT NULL,
    ref text NOT NULL,
    detail text NOT NULL,
    found_at timestamptz NOT NULL,
    PRIMARY KEY (invariant, ref)
);

REVOKE ALL ON ledger.unproven, ledger.proven, ledger.proof_round, ledger.violation FROM weir_app;
REVOKE UPDATE ON ledger.unproven FROM weir_system;
REVOKE DELETE ON ledger.proven, ledger.proof_round, ledger.violation FROM weir_system;
