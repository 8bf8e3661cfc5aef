-- +goose Up
-- Keys that sign the logs of interviews, of the whole installation. The newest
-- that is not retired signs. private_key: encrypted.
CREATE TABLE signing_keys (
    id          TEXT PRIMARY KEY, -- SHA-256 of public_key, in hexadecimal
    public_key  {{.Blob}} NOT NULL,
    private_key {{.Blob}} NOT NULL,
    created_at  {{.Time}} NOT NULL,
    retired_at  {{.Time}}
);

-- secret: the salts of the rows are derived from it. It protects erased and
-- withheld rows from being guessed by their hash, not the rows of this database.
CREATE TABLE transcripts (
    room_id    TEXT PRIMARY KEY REFERENCES rooms (id),
    corp_id    TEXT NOT NULL,
    secret     {{.Blob}} NOT NULL,
    created_at {{.Time}} NOT NULL
);

-- Signed statements about the log of a room. statement: the bytes that are
-- signed, JSON as in docs/replay-format.md.
CREATE TABLE transcript_seals (
    room_id   TEXT NOT NULL REFERENCES transcripts (room_id),
    number    BIGINT NOT NULL, -- from 1; each covers the rows of the one before
    corp_id   TEXT NOT NULL,
    key_id    TEXT NOT NULL REFERENCES signing_keys (id),
    statement TEXT NOT NULL,
    signature {{.Blob}} NOT NULL,
    sealed_at {{.Time}} NOT NULL,
    PRIMARY KEY (room_id, number)
);
