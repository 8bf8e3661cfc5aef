-- +goose Up
-- The key from which the ids of a room's participants are derived (room/participant);
-- '' until the room is loaded for the first time.
ALTER TABLE rooms ADD COLUMN participant_key TEXT NOT NULL DEFAULT '';
