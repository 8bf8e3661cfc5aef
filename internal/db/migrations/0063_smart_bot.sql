-- +goose Up
-- The smart bot (智能机器人) of a company in callback mode. Its messages are answered and not stored.
CREATE TABLE smart_bot_settings (
    corp_id           TEXT NOT NULL PRIMARY KEY REFERENCES corps (corp_id),
    enabled           {{.Bool}} NOT NULL,
    name              TEXT NOT NULL, -- as members mention it in groups; may be empty
    bot_id            TEXT NOT NULL, -- aibotid; empty until the first callback
    encrypted_secrets {{.Blob}}, -- JSON with Token and EncodingAESKey; NULL: none
    received_at       {{.Time}}, -- when a callback was accepted last; NULL: never
    version           BIGINT NOT NULL,
    updated_by        TEXT NOT NULL, -- userid
    updated_at        {{.Time}} NOT NULL
);
