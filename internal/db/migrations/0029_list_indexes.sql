-- +goose Up
-- For the work list: interviews by state and decision, and the interviewers who have not
-- responded or have declined.
CREATE INDEX interviews_decision ON interviews (corp_id, state, decision, starts_at, id);
CREATE INDEX interview_members_pending ON interview_members (interview_id) WHERE response = 'pending';
CREATE INDEX interview_members_declined ON interview_members (interview_id) WHERE response = 'declined';

-- For the messages of an interview in their order.
DROP INDEX messages_interview;
CREATE INDEX messages_interview ON messages (corp_id, interview_id, created_at, id);
