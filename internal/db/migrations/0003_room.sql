-- +goose Up
-- id: of the interview. What a room is in, its language, problem, chat and runs
-- is a fold of room_events; state and the times are copies for those who ask
-- about many rooms.
CREATE TABLE rooms (
    id         TEXT PRIMARY KEY,
    corp_id    TEXT NOT NULL,
    state      TEXT NOT NULL,
    started_at {{.Time}},
    ended_at   {{.Time}},
    created_at {{.Time}} NOT NULL
);
CREATE INDEX rooms_corp ON rooms (corp_id);

CREATE TABLE documents (
    id      TEXT PRIMARY KEY,
    corp_id TEXT NOT NULL,
    room_id TEXT NOT NULL REFERENCES rooms (id),
    name    TEXT NOT NULL,
    UNIQUE (room_id, name)
);

-- One row is one accepted push: updates first_version .. first_version + count.
-- The primary key is the only arbiter between writers: two that believe in the
-- same head make the same key. The unique client_id and push_seq make a push
-- that is sent again harmless. body: JSON that may hold U+0000, hence TEXT.
CREATE TABLE document_updates (
    document_id   TEXT NOT NULL REFERENCES documents (id),
    first_version BIGINT NOT NULL,
    count         BIGINT NOT NULL,
    corp_id       TEXT NOT NULL,
    author        TEXT NOT NULL,
    client_id     TEXT NOT NULL,
    push_seq      BIGINT NOT NULL,
    at            {{.Time}} NOT NULL,
    body          TEXT NOT NULL,
    PRIMARY KEY (document_id, first_version),
    UNIQUE (document_id, client_id, push_seq)
);

CREATE TABLE document_snapshots (
    document_id TEXT NOT NULL REFERENCES documents (id),
    version     BIGINT NOT NULL,
    corp_id     TEXT NOT NULL,
    body        {{.Blob}} NOT NULL, -- UTF-8
    PRIMARY KEY (document_id, version)
);

-- The ordered log of a room. code_version is the version of the document
-- "code" after which the event happened, which orders it among the updates.
-- subject: what the event is about (a run, a participant, a chat message's
-- ref). data: JSON that may hold U+0000, hence TEXT.
CREATE TABLE room_events (
    room_id      TEXT NOT NULL REFERENCES rooms (id),
    seq          BIGINT NOT NULL,
    corp_id      TEXT NOT NULL,
    at           {{.Time}} NOT NULL,
    actor        TEXT NOT NULL,
    kind         TEXT NOT NULL,
    subject      TEXT NOT NULL,
    code_version BIGINT NOT NULL,
    data         TEXT NOT NULL,
    PRIMARY KEY (room_id, seq)
);
CREATE INDEX room_events_kind ON room_events (room_id, kind, seq);
CREATE INDEX room_events_subject ON room_events (room_id, subject, seq) WHERE subject <> '';
