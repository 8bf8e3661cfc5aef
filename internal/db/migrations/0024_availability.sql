-- +goose Up
-- The company's working hours, its days that differ from the list of public holidays,
-- and the limits of interviewers; a company without a row has the defaults.
CREATE TABLE availability_settings (
    corp_id        TEXT PRIMARY KEY,
    hours          {{.JSON}} NOT NULL,
    holidays       TEXT NOT NULL,
    days           {{.JSON}} NOT NULL,
    buffer_minutes BIGINT NOT NULL,
    daily_limit    BIGINT NOT NULL,
    weekly_limit   BIGINT NOT NULL,
    version        BIGINT NOT NULL,
    updated_by     TEXT NOT NULL,
    updated_at     {{.Time}} NOT NULL
);

-- What a member has set otherwise. hours apply if own_hours is true; an empty time zone
-- and a NULL limit are the company's.
CREATE TABLE availability_members (
    corp_id      TEXT NOT NULL,
    user_id      TEXT NOT NULL,
    time_zone    TEXT NOT NULL,
    own_hours    {{.Bool}} NOT NULL,
    hours        {{.JSON}} NOT NULL,
    daily_limit  BIGINT,
    weekly_limit BIGINT,
    away         {{.JSON}} NOT NULL,
    version      BIGINT NOT NULL,
    updated_by   TEXT NOT NULL,
    updated_at   {{.Time}} NOT NULL,
    PRIMARY KEY (corp_id, user_id)
);
