-- +goose Up
-- Parts of a question that interviewers alone see, and its time.
ALTER TABLE questions ADD COLUMN expected_minutes BIGINT NOT NULL DEFAULT 0; -- 0: not stated
ALTER TABLE questions ADD COLUMN hints {{.JSON}} NOT NULL DEFAULT '[]';
ALTER TABLE questions ADD COLUMN follow_ups {{.JSON}} NOT NULL DEFAULT '[]';
ALTER TABLE questions ADD COLUMN solutions {{.JSON}} NOT NULL DEFAULT '[]';

-- The content of questions after each change. Rows do not change.
CREATE TABLE question_versions (
    id                TEXT PRIMARY KEY,
    corp_id           TEXT NOT NULL,
    question_id       TEXT NOT NULL,
    number            BIGINT NOT NULL, -- questions.version
    title             TEXT NOT NULL,
    body              TEXT NOT NULL,
    difficulty        TEXT NOT NULL,
    tags              {{.JSON}} NOT NULL,
    expected_minutes  BIGINT NOT NULL,
    starter_code      {{.JSON}} NOT NULL,
    solutions         {{.JSON}} NOT NULL,
    hints             {{.JSON}} NOT NULL,
    follow_ups        {{.JSON}} NOT NULL,
    interviewer_notes TEXT NOT NULL,
    tests             {{.JSON}} NOT NULL,
    changed_fields    {{.JSON}} NOT NULL,
    restored_from     BIGINT NOT NULL, -- number of the version whose content this is; 0: edited
    created_by        TEXT NOT NULL, -- userid; empty: unknown
    created_at        {{.Time}} NOT NULL,
    UNIQUE (question_id, number),
    FOREIGN KEY (corp_id, question_id) REFERENCES questions (corp_id, id)
);
CREATE INDEX question_versions_created ON question_versions (question_id, created_at, id);

-- The present content of questions. Who made the last change is not known, nor are earlier versions.
INSERT INTO question_versions (id, corp_id, question_id, number, title, body, difficulty, tags, expected_minutes, starter_code, solutions, hints, follow_ups,
    interviewer_notes, tests, changed_fields, restored_from, created_by, created_at)
SELECT id, corp_id, id, version, title, body, difficulty, tags, 0, starter_code, '[]', '[]', '[]',
    interviewer_notes, tests, '[]', 0, CASE WHEN version = 1 THEN created_by ELSE '' END, updated_at
FROM questions;

-- The versions that the rooms of interviews have shown.
CREATE TABLE question_uses (
    interview_id TEXT NOT NULL,
    question_id  TEXT NOT NULL,
    corp_id      TEXT NOT NULL,
    version      BIGINT NOT NULL,
    shown_at     {{.Time}} NOT NULL,
    PRIMARY KEY (interview_id, question_id),
    FOREIGN KEY (corp_id, interview_id) REFERENCES interviews (corp_id, id),
    FOREIGN KEY (question_id, version) REFERENCES question_versions (question_id, number)
);
CREATE INDEX question_uses_version ON question_uses (question_id, version);
