-- +goose Up
-- Quiet hours and the morning digest of a company; a company without a row has the
-- defaults.
CREATE TABLE notification_settings (
    corp_id    TEXT PRIMARY KEY,
    quiet      {{.Bool}} NOT NULL,
    hours      {{.JSON}} NOT NULL,
    digest     {{.Bool}} NOT NULL,
    digest_at  BIGINT NOT NULL,
    version    BIGINT NOT NULL,
    updated_by TEXT NOT NULL,
    updated_at {{.Time}} NOT NULL
);

-- The groups of messages that a member has muted, and the member's quiet hours. hours
-- apply if quiet is 'own'.
CREATE TABLE notification_members (
    corp_id    TEXT NOT NULL,
    user_id    TEXT NOT NULL,
    muted      {{.JSON}} NOT NULL,
    quiet      TEXT NOT NULL,
    hours      {{.JSON}} NOT NULL,
    version    BIGINT NOT NULL,
    updated_by TEXT NOT NULL,
    updated_at {{.Time}} NOT NULL,
    PRIMARY KEY (corp_id, user_id)
);

-- The last day of which the digests of a company were queued.
CREATE TABLE digest_days (
    corp_id TEXT PRIMARY KEY,
    day     TEXT NOT NULL
);
