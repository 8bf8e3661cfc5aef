-- +goose Up
-- The version of a member's contact at ShowMeBug, which grows with each change of the contact.
ALTER TABLE showmebug_members ADD COLUMN version BIGINT NOT NULL DEFAULT 1;
