-- +goose Up
-- What members of the company write about a moment of an interview; see
-- docs/adr/0028-notes-outside-of-the-log.md.
CREATE TABLE interview_notes (
    id           TEXT PRIMARY KEY,
    corp_id      TEXT NOT NULL,
    interview_id TEXT NOT NULL,
    user_id      TEXT NOT NULL, -- the author
    at           {{.Time}} NOT NULL, -- the moment
    text         TEXT NOT NULL,
    shared_at    {{.Time}}, -- NULL: only the author reads it
    version      BIGINT NOT NULL,
    created_at   {{.Time}} NOT NULL,
    updated_at   {{.Time}} NOT NULL,
    FOREIGN KEY (corp_id, interview_id) REFERENCES interviews (corp_id, id)
);
CREATE INDEX interview_notes_moment ON interview_notes (interview_id, at, id);
