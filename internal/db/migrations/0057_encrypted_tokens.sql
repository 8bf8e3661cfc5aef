-- +goose Up
-- Tokens of links are encrypted; "sealed" is the word for signed logs.

ALTER TABLE candidate_links RENAME COLUMN sealed_token TO encrypted_token;
ALTER TABLE booking_offers RENAME COLUMN sealed_token TO encrypted_token;
ALTER TABLE booking_offers RENAME COLUMN sealed_join_token TO encrypted_join_token;
