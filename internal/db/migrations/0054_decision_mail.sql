-- +goose Up
-- Whether recruiters may mail candidates the result, and when by default: now, in an hour, or
-- on the next workday at a time in minutes. A company without a row has the defaults.
CREATE TABLE decision_mail_settings (
    corp_id             TEXT PRIMARY KEY,
    enabled             {{.Bool}} NOT NULL,
    timing              TEXT NOT NULL,
    workday_at          BIGINT NOT NULL,
    inform_interviewers {{.Bool}} NOT NULL,
    version             BIGINT NOT NULL,
    updated_by          TEXT NOT NULL,
    updated_at          {{.Time}} NOT NULL
);

-- The newest mail with the result of an interview. Its message has the state.
CREATE TABLE decision_mails (
    interview_id TEXT PRIMARY KEY,
    corp_id      TEXT NOT NULL,
    kind         TEXT NOT NULL, -- of the mail template
    language     TEXT NOT NULL,
    subject      TEXT NOT NULL,
    body         TEXT NOT NULL,
    message_id   TEXT NOT NULL,
    version      BIGINT NOT NULL,
    saved_by     TEXT NOT NULL, -- userid
    saved_at     {{.Time}} NOT NULL,
    FOREIGN KEY (corp_id, interview_id) REFERENCES interviews (corp_id, id)
);
