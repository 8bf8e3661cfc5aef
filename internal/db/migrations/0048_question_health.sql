-- +goose Up
-- review_by: the date by which the question is to be reviewed or retired; empty: none.
ALTER TABLE questions ADD COLUMN review_by TEXT NOT NULL DEFAULT '';

-- The newest check of a version of a question: its reference solutions, and wrong variants of
-- one, against its test cases.
CREATE TABLE question_checks (
    question_id      TEXT NOT NULL,
    version          BIGINT NOT NULL,
    corp_id          TEXT NOT NULL,
    state            TEXT NOT NULL, -- queued, running, done, stopped
    stop_reason      TEXT NOT NULL, -- of stopped
    requested_by     TEXT NOT NULL, -- userid; empty: the nightly job
    requested_at     {{.Time}} NOT NULL,
    started_at       {{.Time}},
    ended_at         {{.Time}},
    lease_expires_at {{.Time}}, -- of running
    attempts         BIGINT NOT NULL,
    failing          BIGINT NOT NULL, -- reference solutions that fail a case
    variants         BIGINT NOT NULL, -- wrong variants that were run
    surviving        BIGINT NOT NULL, -- those that pass all cases
    report           {{.JSON}} NOT NULL,
    PRIMARY KEY (question_id, version),
    FOREIGN KEY (question_id, version) REFERENCES question_versions (question_id, number) ON DELETE CASCADE
);
CREATE INDEX question_checks_waiting ON question_checks (corp_id, requested_at) WHERE state IN ('queued', 'running');
