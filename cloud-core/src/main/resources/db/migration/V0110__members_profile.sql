-- Members' profiles, WeChat, leaving (AA-01..10). Columns with constant defaults: no rewrite, a short lock. Members that came by
-- WeChat have no mobile yet, closed ones none any more.
ALTER TABLE members.account
    ADD COLUMN type           smallint    NOT NULL DEFAULT 0,
    ADD COLUMN avatar         text        NOT NULL DEFAULT '',
    ADD COLUMN email          text        NOT NULL DEFAULT '',
    ADD COLUMN area           text        NOT NULL DEFAULT '',
    ADD COLUMN address        text        NOT NULL DEFAULT '',
    ADD COLUMN remark         text        NOT NULL DEFAULT '',
    ADD COLUMN wx_open_id     text,
    ADD COLUMN wx_union_id    text,
    ADD COLUMN wx_nick        text,
    ADD COLUMN wx_avatar      text,
    ADD COLUMN wx_sex         smallint,
    ADD COLUMN wx_bound_at    timestamptz,
    ADD COLUMN leave_asked_at timestamptz,
    ADD COLUMN closed_at      timestamptz,
    DROP CONSTRAINT account_check,
    ADD CONSTRAINT account_member_of CHECK (role <> 'MEMBER' OR vid IS NOT NULL);
-- An OpenID belongs to one public account, so to one vendor, and there to one member.
CREATE UNIQUE INDEX account_open_id ON members.account (vid, wx_open_id) WHERE wx_open_id IS NOT NULL;
CREATE INDEX account_list ON members.account (tenant text_pattern_ops, created_at, uid);
