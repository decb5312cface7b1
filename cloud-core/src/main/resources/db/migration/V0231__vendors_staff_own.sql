-- Whether somebody of the staff sees the tenant's own things only, without those of the tenants below. Constant defaults: short locks.
ALTER TABLE vendors.staff ADD COLUMN own boolean NOT NULL DEFAULT false;
ALTER TABLE rights.staff ADD COLUMN own boolean NOT NULL DEFAULT false;
