-- +goose Up
-- The mail with the candidate's page of an offer: its state, why it failed, and its number,
-- which is incremented when other slots are offered.
ALTER TABLE booking_offers ADD COLUMN mail_state TEXT NOT NULL DEFAULT 'none';
ALTER TABLE booking_offers ADD COLUMN mail_failure {{.JSON}};
ALTER TABLE booking_offers ADD COLUMN mail_number BIGINT NOT NULL DEFAULT 0;
