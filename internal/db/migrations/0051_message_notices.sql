-- +goose Up
-- Cards to members that are not in the log of messages, such as those about offers: they
-- count towards the quota of their recipient.
CREATE TABLE message_notices (
    id           TEXT PRIMARY KEY,
    corp_id      TEXT NOT NULL,
    recipient    TEXT NOT NULL,
    attempted_at {{.Time}} NOT NULL,
    sent         {{.Bool}} NOT NULL
);
CREATE INDEX message_notices_quota ON message_notices (corp_id, recipient, attempted_at);
CREATE INDEX message_notices_expired ON message_notices (attempted_at);
