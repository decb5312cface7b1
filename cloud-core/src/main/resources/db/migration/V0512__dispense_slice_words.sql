-- On whose word a slice's money went back: the gateway's signed closing statement, kept as it came beside the key that it was
-- checked against, so that anybody can check it again; or an operator's. Three nullable columns: no rewrite, a lock for a
-- moment. No backfill: what was closed before has none of them.
ALTER TABLE dispense.slice
    ADD COLUMN statement     jsonb,
    ADD COLUMN statement_key text,
    ADD COLUMN freed_by      text;

-- When somebody last asked for a journal's slices under another key: a copy of its disk, or a gateway whose key was replaced.
-- An operator sees it beside the sums.
ALTER TABLE dispense.slice_journal
    ADD COLUMN copied_at timestamptz;
