-- Configuration, basics and service of devices (AB-04 to AB-09), and their end (AB-14): a deregistered device keeps its row, so that
-- its number is never given again and a GET answers 410. Columns with constant defaults: no rewrite, a short lock.
ALTER TABLE devices.device
    ADD COLUMN model             text        NOT NULL DEFAULT '',
    ADD COLUMN hw_version        text        NOT NULL DEFAULT '',
    ADD COLUMN sw_version        text        NOT NULL DEFAULT '',
    ADD COLUMN manufactured_at   timestamptz,
    ADD COLUMN platform          text        NOT NULL DEFAULT '',
    ADD COLUMN project           text        NOT NULL DEFAULT '',
    ADD COLUMN net_entry         text        NOT NULL DEFAULT '',
    ADD COLUMN net_type          text        NOT NULL DEFAULT '',
    ADD COLUMN dev_idcd          text        NOT NULL DEFAULT '',
    ADD COLUMN sim_iccid         text        NOT NULL DEFAULT '',
    ADD COLUMN lbs_coord         text        NOT NULL DEFAULT '',
    ADD COLUMN in_service        boolean     NOT NULL DEFAULT false,
    ADD COLUMN service_suspended boolean     NOT NULL DEFAULT false,
    ADD COLUMN service_end       timestamptz,
    ADD COLUMN removed_at        timestamptz;
