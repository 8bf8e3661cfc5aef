-- +goose Up
-- The entries of one member.
CREATE INDEX audit_log_user ON audit_log (corp_id, user_id, at);
