-- +goose Up
ALTER TABLE interview_members RENAME COLUMN seat TO position;
DROP INDEX substitutions_seat;
CREATE UNIQUE INDEX substitutions_open_user ON substitutions (corp_id, interview_id, user_id) WHERE state = 'open';
ALTER TABLE idempotency_keys RENAME COLUMN answer TO response;
ALTER TABLE appointments RENAME COLUMN written TO observed_digest;
ALTER TABLE interviewer_pools RENAME COLUMN answer_hours TO response_hours;
