-- +goose Up
-- An interviewer may be excused from the scorecard, and a recruiter may show the
-- submitted scorecards before all are in. The times are NULL until then; the user
-- ids are those of the recruiters.
ALTER TABLE interview_members ADD COLUMN excused_at {{.Time}};
ALTER TABLE interview_members ADD COLUMN excused_by TEXT NOT NULL DEFAULT '';
ALTER TABLE interviews ADD COLUMN scorecards_opened_at {{.Time}};
ALTER TABLE interviews ADD COLUMN scorecards_opened_by TEXT NOT NULL DEFAULT '';
