-- +goose Up
-- For the work list: the appointments that WeCom has refused.
CREATE INDEX appointments_failed ON appointments (corp_id, interview_id) WHERE failure_code <> '';
