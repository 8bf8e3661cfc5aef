-- +goose Up
-- What happened, for programs outside. seq is given once the row's transaction
-- has committed, under the lock of the company's row in event_heads: a reader
-- that has seen n will never find a later row below n. data: ids and states,
-- never a secret. dispatched_at: when the deliveries were made.
CREATE TABLE events (
    id            TEXT PRIMARY KEY,
    corp_id       TEXT NOT NULL,
    seq           BIGINT,
    type          TEXT NOT NULL,
    subject_id    TEXT NOT NULL,
    actor         TEXT NOT NULL,
    data          {{.JSON}} NOT NULL,
    created_at    {{.Time}} NOT NULL,
    dispatched_at {{.Time}},
    UNIQUE (corp_id, id),
    UNIQUE (corp_id, seq)
);
CREATE INDEX events_new ON events (corp_id) WHERE seq IS NULL;
CREATE INDEX events_undispatched ON events (created_at) WHERE dispatched_at IS NULL;
CREATE INDEX events_age ON events (created_at);

CREATE TABLE event_heads (
    corp_id TEXT PRIMARY KEY,
    seq     BIGINT NOT NULL
);

-- secret, old_secret: sealed with a key made from the application's secret.
-- The old one signs too until old_secret_until. failing_since: the first
-- failure after the last success.
CREATE TABLE webhook_endpoints (
    id               TEXT PRIMARY KEY,
    corp_id          TEXT NOT NULL,
    url              TEXT NOT NULL,
    event_types      {{.JSON}} NOT NULL,
    description      TEXT NOT NULL,
    state            TEXT NOT NULL,
    secret           {{.Blob}} NOT NULL,
    old_secret       {{.Blob}},
    old_secret_until {{.Time}},
    failing_since    {{.Time}},
    paused_at        {{.Time}},
    created_by       TEXT NOT NULL,
    created_at       {{.Time}} NOT NULL,
    updated_at       {{.Time}} NOT NULL,
    UNIQUE (corp_id, id)
);

-- The truth about every delivery: the jobs only carry its id. body: the exact
-- bytes, which every attempt sends. event_id: the id that the receiver sees.
CREATE TABLE webhook_deliveries (
    id              TEXT PRIMARY KEY,
    corp_id         TEXT NOT NULL,
    endpoint_id     TEXT NOT NULL,
    event_id        TEXT NOT NULL,
    type            TEXT NOT NULL,
    body            TEXT NOT NULL,
    state           TEXT NOT NULL,
    attempts        BIGINT NOT NULL,
    status          BIGINT NOT NULL,
    response        TEXT NOT NULL,
    error_code      TEXT NOT NULL,
    error           TEXT NOT NULL,
    duration_ms     BIGINT NOT NULL,
    created_at      {{.Time}} NOT NULL,
    attempted_at    {{.Time}},
    delivered_at    {{.Time}},
    next_attempt_at {{.Time}},
    UNIQUE (corp_id, id),
    UNIQUE (endpoint_id, event_id),
    FOREIGN KEY (corp_id, endpoint_id) REFERENCES webhook_endpoints (corp_id, id) ON DELETE CASCADE
);
CREATE INDEX webhook_deliveries_log ON webhook_deliveries (endpoint_id, created_at, id);
CREATE INDEX webhook_deliveries_due ON webhook_deliveries (state, next_attempt_at);
CREATE INDEX webhook_deliveries_age ON webhook_deliveries (created_at);

-- A spreadsheet that was looked at. lines: what was read; result: what the
-- commit made of it, so that committing twice is once.
CREATE TABLE imports (
    id           TEXT PRIMARY KEY,
    corp_id      TEXT NOT NULL,
    kind         TEXT NOT NULL,
    file_name    TEXT NOT NULL,
    lines        {{.JSON}} NOT NULL,
    result       {{.JSON}},
    created_by   TEXT NOT NULL,
    created_at   {{.Time}} NOT NULL,
    committed_at {{.Time}},
    UNIQUE (corp_id, id)
);
CREATE INDEX imports_age ON imports (created_at);
