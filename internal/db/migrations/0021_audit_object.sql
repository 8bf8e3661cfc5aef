-- +goose Up
-- The history of one object.
CREATE INDEX audit_log_object ON audit_log (corp_id, object_id, at);
