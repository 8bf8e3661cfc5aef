-- +goose Up
-- The token of a link that recruiters may display again, encrypted; NULL for a link in a
-- mail, and once the link was revoked.
ALTER TABLE candidate_links ADD COLUMN sealed_token {{.Blob}};
