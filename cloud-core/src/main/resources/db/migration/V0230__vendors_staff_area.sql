-- The tenant below that somebody of the staff looks after, when not after all of them. A nullable column: a short lock, no backfill.
ALTER TABLE vendors.staff ADD COLUMN area_vid text;
