-- +goose Up
-- The version of a member's contact at ShowMeBug, which grows with each change of the contact.
ALTER TABLE showmebug_members ADD COLUMN version BIGINT NOT NULL DEFAULT 1;
-- The card of a notice that is not sent yet: each attempt sends the same bytes.
ALTER TABLE message_notices ADD COLUMN body TEXT;
