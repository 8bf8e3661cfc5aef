-- +goose Up
-- Texts of the mails to candidates that replace those of the program. Each saved text is a version.
CREATE TABLE mail_templates (
    corp_id  TEXT NOT NULL,
    kind     TEXT NOT NULL,
    version  BIGINT NOT NULL, -- from 2: the text of the program is 1
    texts    {{.JSON}} NOT NULL, -- by language
    saved_by TEXT NOT NULL, -- userid
    saved_at {{.Time}} NOT NULL,
    PRIMARY KEY (corp_id, kind, version)
);
