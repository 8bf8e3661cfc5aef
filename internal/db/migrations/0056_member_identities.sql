-- +goose Up
-- Accounts at the OpenID Connect provider with which members may sign in. An administrator enters the
-- e-mail address; the first sign-in binds it to the account.
CREATE TABLE member_identities (
    corp_id   TEXT NOT NULL,
    user_id   TEXT NOT NULL,
    email     TEXT NOT NULL, -- in lower case
    issuer    TEXT, -- NULL until the first sign-in
    subject   TEXT,
    linked_by TEXT NOT NULL, -- userid of an administrator
    linked_at {{.Time}} NOT NULL,
    bound_at  {{.Time}}, -- of the first sign-in
    PRIMARY KEY (corp_id, user_id),
    UNIQUE (corp_id, email),
    UNIQUE (corp_id, issuer, subject),
    FOREIGN KEY (corp_id, user_id) REFERENCES members (corp_id, user_id)
);
