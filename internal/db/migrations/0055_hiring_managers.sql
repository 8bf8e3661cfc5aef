-- +goose Up
-- The members who read the candidates and interviews of a position.
CREATE TABLE hiring_managers (
    corp_id     TEXT NOT NULL,
    position_id TEXT NOT NULL,
    user_id     TEXT NOT NULL,
    named_by    TEXT NOT NULL, -- userid
    named_at    {{.Time}} NOT NULL,
    PRIMARY KEY (corp_id, position_id, user_id),
    FOREIGN KEY (corp_id, position_id) REFERENCES positions (corp_id, id) ON DELETE CASCADE
);
CREATE INDEX hiring_managers_user ON hiring_managers (corp_id, user_id);

-- The version of the hiring managers of a position; a position that has never had any has no row.
CREATE TABLE hiring_manager_versions (
    corp_id     TEXT NOT NULL,
    position_id TEXT NOT NULL,
    version     BIGINT NOT NULL,
    PRIMARY KEY (corp_id, position_id),
    FOREIGN KEY (corp_id, position_id) REFERENCES positions (corp_id, id) ON DELETE CASCADE
);

-- What a company permits to hiring managers.
CREATE TABLE hiring_settings (
    corp_id    TEXT PRIMARY KEY,
    decide     BOOLEAN NOT NULL, -- hiring managers record decisions
    version    BIGINT NOT NULL,
    updated_by TEXT NOT NULL, -- userid
    updated_at {{.Time}} NOT NULL
);
