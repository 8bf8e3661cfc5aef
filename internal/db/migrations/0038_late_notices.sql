-- +goose Up
-- The newest notice of an interviewer who will be late for an interview.
CREATE TABLE late_notices (
    interview_id     TEXT NOT NULL,
    user_id          TEXT NOT NULL,
    corp_id          TEXT NOT NULL,
    schedule_version BIGINT NOT NULL,
    expected_at      {{.Time}} NOT NULL,
    count            BIGINT NOT NULL,
    arrived_at       {{.Time}},
    updated_at       {{.Time}} NOT NULL,
    PRIMARY KEY (interview_id, user_id),
    FOREIGN KEY (corp_id, interview_id) REFERENCES interviews (corp_id, id)
);
