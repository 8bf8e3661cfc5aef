-- +goose Up
CREATE TABLE corps (
    corp_id         TEXT PRIMARY KEY,
    name            TEXT NOT NULL,
    time_zone       TEXT NOT NULL,
    -- The copy of the contacts: when it was last begun and ended, and with
    -- which error.
    sync_state      TEXT NOT NULL DEFAULT 'never',
    sync_began_at   {{.Time}},
    sync_ended_at   {{.Time}},
    sync_errcode    BIGINT NOT NULL DEFAULT 0,
    sync_error      TEXT NOT NULL DEFAULT '',
    created_at      {{.Time}} NOT NULL
);

CREATE TABLE departments (
    corp_id       TEXT   NOT NULL REFERENCES corps (corp_id),
    department_id BIGINT NOT NULL,
    parent_id     BIGINT NOT NULL,
    name          TEXT   NOT NULL,
    sort_order    BIGINT NOT NULL DEFAULT 0,
    PRIMARY KEY (corp_id, department_id)
);

-- A member who has left the app's visible range keeps the row, inactive:
-- past interviews still name people.
CREATE TABLE members (
    corp_id    TEXT NOT NULL REFERENCES corps (corp_id),
    user_id    TEXT NOT NULL,
    name       TEXT NOT NULL,
    alias      TEXT NOT NULL DEFAULT '',
    pinyin     TEXT NOT NULL DEFAULT '', -- 'zhangsan zs', for the search
    position   TEXT NOT NULL DEFAULT '',
    avatar     TEXT NOT NULL DEFAULT '',
    language   TEXT NOT NULL DEFAULT '',
    active     {{.Bool}} NOT NULL,
    roles      BIGINT NOT NULL DEFAULT 0,
    synced_at  {{.Time}} NOT NULL,
    PRIMARY KEY (corp_id, user_id)
);

CREATE TABLE member_departments (
    corp_id       TEXT   NOT NULL,
    user_id       TEXT   NOT NULL,
    department_id BIGINT NOT NULL,
    PRIMARY KEY (corp_id, user_id, department_id),
    FOREIGN KEY (corp_id, user_id) REFERENCES members (corp_id, user_id)
);

-- token_hash: SHA-256 of the cookie's value, in hex.
CREATE TABLE sessions (
    token_hash TEXT PRIMARY KEY,
    corp_id    TEXT NOT NULL DEFAULT '',
    data       {{.Blob}} NOT NULL,
    expires_at {{.Time}} NOT NULL
);
CREATE INDEX sessions_expires ON sessions (expires_at);

-- What WeCom gave us, shared by all replicas, and the lease of the one that
-- fetches. value is encrypted.
CREATE TABLE tokens (
    token_key   TEXT PRIMARY KEY,
    corp_id     TEXT NOT NULL,
    value       {{.Blob}},
    expires_at  {{.Time}},
    refresh_at  {{.Time}},
    holder      TEXT NOT NULL DEFAULT '',
    lease_until {{.Time}}
);

-- Callbacks that were received, so that a repeated one is not acted upon again.
CREATE TABLE callbacks_seen (
    corp_id      TEXT NOT NULL,
    callback_key TEXT NOT NULL,
    done         {{.Bool}} NOT NULL,
    seen_at      {{.Time}} NOT NULL,
    PRIMARY KEY (corp_id, callback_key)
);
CREATE INDEX callbacks_seen_at ON callbacks_seen (seen_at);
