-- +goose Up
-- The interviewers of a position, and the requests to take the seat of an interviewer who
-- cannot attend.
CREATE TABLE interviewer_pools (
    corp_id      TEXT NOT NULL,
    position_id  TEXT NOT NULL,
    members      {{.JSON}} NOT NULL,
    answer_hours BIGINT NOT NULL,
    version      BIGINT NOT NULL,
    updated_by   TEXT NOT NULL,
    updated_at   {{.Time}} NOT NULL,
    PRIMARY KEY (corp_id, position_id),
    FOREIGN KEY (corp_id, position_id) REFERENCES positions (corp_id, id) ON DELETE CASCADE
);

CREATE TABLE substitutions (
    id               TEXT PRIMARY KEY,
    corp_id          TEXT NOT NULL,
    interview_id     TEXT NOT NULL,
    position_id      TEXT NOT NULL,
    user_id          TEXT NOT NULL,
    cause            TEXT NOT NULL,
    schedule_version BIGINT NOT NULL,
    invited          {{.JSON}} NOT NULL,
    state            TEXT NOT NULL,
    deadline         {{.Time}} NOT NULL,
    taken_by         TEXT NOT NULL,
    created_at       {{.Time}} NOT NULL,
    updated_at       {{.Time}} NOT NULL,
    FOREIGN KEY (corp_id, interview_id) REFERENCES interviews (corp_id, id)
);
CREATE INDEX substitutions_interview ON substitutions (corp_id, interview_id);
CREATE UNIQUE INDEX substitutions_seat ON substitutions (corp_id, interview_id, user_id) WHERE state = 'open';
CREATE INDEX substitutions_open ON substitutions (deadline) WHERE state = 'open';
CREATE INDEX substitutions_unfilled ON substitutions (corp_id) WHERE state = 'unfilled';

-- Interviews whose interviewers are not replaced automatically.
CREATE TABLE substitution_exclusions (
    corp_id      TEXT NOT NULL,
    interview_id TEXT NOT NULL,
    created_by   TEXT NOT NULL,
    created_at   {{.Time}} NOT NULL,
    PRIMARY KEY (corp_id, interview_id),
    FOREIGN KEY (corp_id, interview_id) REFERENCES interviews (corp_id, id)
);
