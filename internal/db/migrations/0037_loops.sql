-- +goose Up
-- Interviews of a candidate that were planned together, on one day. The key of the request
-- makes the creation repeatable.
CREATE TABLE loops (
    id           TEXT PRIMARY KEY,
    corp_id      TEXT NOT NULL,
    candidate_id TEXT NOT NULL,
    request_key  TEXT NOT NULL,
    version      BIGINT NOT NULL,
    created_by   TEXT NOT NULL,
    created_at   {{.Time}} NOT NULL,
    updated_at   {{.Time}} NOT NULL,
    FOREIGN KEY (corp_id, candidate_id) REFERENCES candidates (corp_id, id)
);
CREATE UNIQUE INDEX loops_request ON loops (corp_id, request_key);
CREATE INDEX loops_candidate ON loops (corp_id, candidate_id);

CREATE TABLE loop_rounds (
    interview_id TEXT PRIMARY KEY,
    corp_id      TEXT NOT NULL,
    loop_id      TEXT NOT NULL REFERENCES loops (id),
    FOREIGN KEY (corp_id, interview_id) REFERENCES interviews (corp_id, id)
);
CREATE INDEX loop_rounds_loop ON loop_rounds (loop_id);
