-- +goose Up
-- The size of the terminal in which a program runs (sandbox.TerminalSize); NULL
-- without one. Used on PostgreSQL only, as is the other table of this file.
ALTER TABLE run_requests ADD COLUMN terminal {{.JSON}};

-- What is typed into the terminals of programs. input: sandbox.TerminalInput, as
-- bytes, because PostgreSQL's JSON cannot hold U+0000.
CREATE TABLE run_input (
    request_id TEXT NOT NULL REFERENCES run_requests (id) ON DELETE CASCADE,
    seq        BIGINT NOT NULL, -- from 1
    input      {{.Blob}} NOT NULL,
    PRIMARY KEY (request_id, seq)
);
