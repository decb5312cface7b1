-- Jobs: documents for devices, and what each device says to its own. No lock, no backfill.
CREATE TABLE ota.job (
    id         text        PRIMARY KEY CHECK (id ~ '^[a-z0-9]{26}$'),
    tenant     text        NOT NULL,
    name       text        NOT NULL,
    document   text        NOT NULL CHECK (octet_length(document) <= 32768),
    allowed_s  int         NOT NULL,
    devices    int         NOT NULL,
    created_by text        NOT NULL,
    created_at timestamptz NOT NULL
);
CREATE INDEX job_tenant ON ota.job (tenant text_pattern_ops, created_at);
SELECT weir.protect('ota.job');

-- One device's part. tenant is the job's. due_at is when the device is to be told next, null when there is nothing to tell.
CREATE TABLE ota.task (
    id         text        PRIMARY KEY CHECK (id ~ '^[a-z0-9]{26}$'),
    job_id     text        NOT NULL REFERENCES ota.job (id) ON DELETE CASCADE,
    device_id  text        NOT NULL,
    tenant     text        NOT NULL,
    state      text        NOT NULL CHECK (state IN ('QUEUED', 'SENT', 'IN_PROGRESS', 'SUCCEEDED', 'FAILED', 'REJECTED', 'CANCELLED', 'TIMED_OUT')),
    progress   int         NOT NULL DEFAULT 0,
    details    text        NOT NULL DEFAULT '{}',
    sent_at    timestamptz,
    due_at     timestamptz,
    updated_at timestamptz NOT NULL,
    UNIQUE (job_id, device_id)
) WITH (fillfactor = 70);
CREATE INDEX task_open ON ota.task (device_id) WHERE state IN ('QUEUED', 'SENT', 'IN_PROGRESS');
CREATE INDEX task_due ON ota.task (due_at) WHERE due_at IS NOT NULL;
CREATE INDEX task_sent ON ota.task (sent_at) WHERE state IN ('SENT', 'IN_PROGRESS');
SELECT weir.protect('ota.task');
