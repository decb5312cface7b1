-- How far the production of a batch has come: a large one is made, and stocked, piece by piece. Columns with constant defaults: no
-- rewrite; one pass over the batches, which are few.
ALTER TABLE devices.batch
    ADD COLUMN state   text        NOT NULL DEFAULT 'CONFIRMED' CHECK (state IN ('MAKING', 'READY', 'STOCKING', 'CONFIRMED')),
    ADD COLUMN done    int         NOT NULL DEFAULT 0, -- made while MAKING, stocked while STOCKING
    ADD COLUMN due_at  timestamptz NOT NULL DEFAULT '-infinity'; -- not gone on with before: it failed
ALTER TABLE devices.batch NO FORCE ROW LEVEL SECURITY;
UPDATE devices.batch SET state = 'READY' WHERE confirmed_at IS NULL;
ALTER TABLE devices.batch FORCE ROW LEVEL SECURITY;
CREATE INDEX batch_in_work ON devices.batch (batch_id) WHERE state IN ('MAKING', 'STOCKING');
