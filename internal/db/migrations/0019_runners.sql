-- +goose Up
-- Processes that run programs (huimian runner). A row whose expires_at has passed
-- belongs to a process that has stopped. Used on PostgreSQL only, as are the other
-- tables of this file.
CREATE TABLE runners (
    id         TEXT PRIMARY KEY,
    host       TEXT NOT NULL,
    slots      BIGINT NOT NULL,
    languages  {{.JSON}} NOT NULL, -- of sandbox.Language; empty when reason is not
    reason     TEXT NOT NULL,      -- why the runner cannot run programs
    started_at {{.Time}} NOT NULL,
    expires_at {{.Time}} NOT NULL
);

-- Programs to run. A request exists until the server that made it has read its
-- result. source, stdin: bytes, because PostgreSQL's TEXT cannot hold U+0000.
CREATE TABLE run_requests (
    id                TEXT PRIMARY KEY,
    corp_id           TEXT NOT NULL,
    room_id           TEXT NOT NULL,
    client_id         TEXT NOT NULL, -- the server's process
    language          TEXT NOT NULL,
    source            {{.Blob}} NOT NULL,
    stdin             {{.Blob}} NOT NULL,
    limits            {{.JSON}} NOT NULL, -- sandbox.Limits
    company_slots     BIGINT NOT NULL,    -- running programs of corp_id; 0 for no limit
    turn              BIGINT NOT NULL,    -- rooms take turns: requests are served by (turn, created_at, id)
    state             TEXT NOT NULL,      -- queued, running, ended
    cancelled         {{.Bool}} NOT NULL DEFAULT FALSE,
    runner_id         TEXT NOT NULL DEFAULT '',
    attempts          BIGINT NOT NULL DEFAULT 0,
    result            {{.JSON}},
    created_at        {{.Time}} NOT NULL,
    client_expires_at {{.Time}} NOT NULL, -- renewed by the server's process
    lease_expires_at  {{.Time}}           -- renewed by the runner
);
CREATE INDEX run_requests_queue ON run_requests (state, turn, created_at, id);
CREATE INDEX run_requests_client ON run_requests (client_id);

-- Output of programs. chunks: JSON array of sandbox.Chunk.
CREATE TABLE run_output (
    request_id TEXT NOT NULL REFERENCES run_requests (id) ON DELETE CASCADE,
    seq        BIGINT NOT NULL, -- from 1
    chunks     {{.Blob}} NOT NULL,
    PRIMARY KEY (request_id, seq)
);
