-- +goose Up
-- claimed_at: an attempt is under way; the columns of every outbox table are
-- attempts, claimed_at and next_attempt_at.
ALTER TABLE messages ADD COLUMN claimed_at {{.Time}};
UPDATE messages SET claimed_at = attempted_at WHERE state = 'sending';
ALTER TABLE webhook_deliveries ADD COLUMN claimed_at {{.Time}};
UPDATE webhook_deliveries SET claimed_at = attempted_at WHERE state = 'sending';

-- desired_generation grows with each change that the room must follow,
-- observed_generation is the last one that it has. attempted: a session may
-- exist although its creation was never confirmed. announced: people know that
-- the room does not work.
ALTER TABLE interview_rooms RENAME COLUMN wanted TO desired_generation;
ALTER TABLE interview_rooms RENAME COLUMN made TO observed_generation;
ALTER TABLE interview_rooms RENAME COLUMN tried TO attempted;
ALTER TABLE interview_rooms RENAME COLUMN told TO announced;
ALTER TABLE interview_rooms RENAME COLUMN ways TO join_urls;
ALTER TABLE exam_sittings RENAME COLUMN tried TO attempted;
