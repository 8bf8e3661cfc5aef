-- +goose Up
-- Rows of the logs of ended rooms, packed by package room/archive. stream: the id
-- of the document whose updates the rows are, or '' for events. The keys are the
-- first_version or seq of the first and the last row.
CREATE TABLE room_log_blocks (
    room_id   TEXT NOT NULL REFERENCES rooms (id),
    stream    TEXT NOT NULL,
    first_key BIGINT NOT NULL,
    last_key  BIGINT NOT NULL,
    corp_id   TEXT NOT NULL,
    body      {{.Blob}} NOT NULL,
    PRIMARY KEY (room_id, stream, first_key)
);
-- packed_at: when the log was packed. log_deleted_at: when it was deleted because
-- of its age.
ALTER TABLE rooms ADD COLUMN packed_at {{.Time}};
ALTER TABLE rooms ADD COLUMN log_deleted_at {{.Time}};
CREATE INDEX rooms_unpacked ON rooms (ended_at) WHERE state = 'ended' AND packed_at IS NULL;
CREATE INDEX rooms_ended ON rooms (ended_at) WHERE state = 'ended';
