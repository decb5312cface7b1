-- Closed accounts have no name any more ('-'), so the index of names must not hold them: the second one to be closed was refused.
-- Accounts that log in by name are few: rebuilt in a moment.
DROP INDEX members.account_name;
CREATE UNIQUE INDEX account_name ON members.account (lower(name)) WHERE role <> 'MEMBER' AND closed_at IS NULL;
