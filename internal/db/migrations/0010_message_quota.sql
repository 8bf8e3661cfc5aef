-- +goose Up
-- Counts the recent messages to a member; see internal/message/quota.go.
CREATE INDEX messages_quota ON messages (corp_id, recipient, attempted_at);
