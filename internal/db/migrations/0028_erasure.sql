-- +goose Up
-- Legal holds: a candidate with a row here is not erased.
CREATE TABLE candidate_holds (
    candidate_id TEXT PRIMARY KEY,
    corp_id      TEXT NOT NULL,
    reason       TEXT NOT NULL,
    set_by       TEXT NOT NULL,
    set_at       {{.Time}} NOT NULL,
    FOREIGN KEY (corp_id, candidate_id) REFERENCES candidates (corp_id, id)
);

-- Receipts of erased candidates: ids, times and numbers of rows, no personal data.
CREATE TABLE erasures (
    id            TEXT PRIMARY KEY,
    corp_id       TEXT NOT NULL,
    candidate_id  TEXT NOT NULL,
    state         TEXT NOT NULL, -- running, finished
    remaining     {{.JSON}} NOT NULL, -- ids that the job needs; {} once it has finished
    counts        {{.JSON}} NOT NULL, -- rows by table
    requested_by  TEXT NOT NULL, -- userid; empty for the command line
    token_id      TEXT NOT NULL,
    requested_at  {{.Time}} NOT NULL,
    finished_at   {{.Time}},
    UNIQUE (corp_id, candidate_id)
);
CREATE INDEX erasures_requested ON erasures (corp_id, requested_at, id);

-- The rows about a subject, which an erasure changes.
CREATE INDEX events_subject ON events (corp_id, subject_id);
CREATE INDEX webhook_deliveries_event ON webhook_deliveries (event_id);
CREATE INDEX run_requests_room ON run_requests (room_id);
