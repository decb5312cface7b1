-- What the devices context kept for itself goes to the audit log of all; the linker chains it. One pass, locks devices.audit only.
-- The owner of the tables is under row-level security too, and no policy lets it see rows: not for this one pass.
ALTER TABLE devices.audit NO FORCE ROW LEVEL SECURITY;
ALTER TABLE audit.entry NO FORCE ROW LEVEL SECURITY;
WITH moved AS (
    INSERT INTO audit.entry (tenant, at, actor, role, scope, action, target, after, request_id)
    SELECT tenant, at, actor, role, tenant, 'devices.' || action, target, json_build_object('detail', detail)::text, request_id
    FROM devices.audit ORDER BY audit_id RETURNING id)
INSERT INTO audit.pending (entry_id) SELECT id FROM moved;
ALTER TABLE audit.entry FORCE ROW LEVEL SECURITY;
DROP TABLE devices.audit;
