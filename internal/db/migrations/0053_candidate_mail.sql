-- +goose Up
-- The log of messages contains every mail to a candidate: those about offers and written tests
-- are about no interview and have the candidate instead. SQLite cannot remove NOT NULL from a
-- column, so the table is built anew.
{{if .Postgres}}
ALTER TABLE messages ALTER COLUMN interview_id DROP NOT NULL;
ALTER TABLE messages ADD COLUMN candidate_id TEXT;
ALTER TABLE messages ADD FOREIGN KEY (corp_id, candidate_id) REFERENCES candidates (corp_id, id);
ALTER TABLE messages ADD CHECK (interview_id IS NOT NULL OR candidate_id IS NOT NULL);
{{else}}
CREATE TABLE messages_nullable (
    id               TEXT PRIMARY KEY,
    corp_id          TEXT NOT NULL,
    interview_id     TEXT,
    kind             TEXT NOT NULL,
    channel          TEXT NOT NULL,
    recipient        TEXT NOT NULL,
    recipient_name   TEXT NOT NULL,
    schedule_version BIGINT NOT NULL,
    data             {{.JSON}} NOT NULL,
    state            TEXT NOT NULL,
    attempts         BIGINT NOT NULL,
    body             TEXT,
    msgid            TEXT NOT NULL,
    response_code    TEXT NOT NULL,
    card_state       TEXT NOT NULL,
    errcode          BIGINT NOT NULL,
    error_code       TEXT NOT NULL,
    error            TEXT NOT NULL,
    dedup            TEXT NOT NULL,
    created_at       {{.Time}} NOT NULL,
    attempted_at     {{.Time}},
    sent_at          {{.Time}},
    next_attempt_at  {{.Time}},
    claimed_at       {{.Time}},
    candidate_id     TEXT,
    UNIQUE (corp_id, dedup),
    FOREIGN KEY (corp_id, interview_id) REFERENCES interviews (corp_id, id),
    FOREIGN KEY (corp_id, candidate_id) REFERENCES candidates (corp_id, id),
    CHECK (interview_id IS NOT NULL OR candidate_id IS NOT NULL)
);
INSERT INTO messages_nullable (id, corp_id, interview_id, kind, channel, recipient, recipient_name, schedule_version, data, state, attempts, body,
    msgid, response_code, card_state, errcode, error_code, error, dedup, created_at, attempted_at, sent_at, next_attempt_at, claimed_at)
SELECT id, corp_id, interview_id, kind, channel, recipient, recipient_name, schedule_version, data, state, attempts, body,
    msgid, response_code, card_state, errcode, error_code, error, dedup, created_at, attempted_at, sent_at, next_attempt_at, claimed_at
FROM messages;
DROP TABLE messages;
ALTER TABLE messages_nullable RENAME TO messages;
CREATE INDEX messages_interview ON messages (corp_id, interview_id, created_at, id);
CREATE INDEX messages_log ON messages (corp_id, created_at, id);
CREATE INDEX messages_due ON messages (state, next_attempt_at);
CREATE INDEX messages_quota ON messages (corp_id, recipient, attempted_at);
CREATE INDEX messages_recipient ON messages (corp_id, recipient, created_at, id);
CREATE INDEX messages_kind ON messages (corp_id, kind, created_at, id);
CREATE INDEX messages_state ON messages (corp_id, state, created_at, id);
{{end}}
CREATE INDEX messages_candidate ON messages (corp_id, candidate_id) WHERE candidate_id IS NOT NULL;

-- The newest mail of an offer; readdressed_at: when a change of the candidate's address has
-- replaced the token.
ALTER TABLE booking_offers ADD COLUMN mail_id TEXT NOT NULL DEFAULT '';
ALTER TABLE booking_offers ADD COLUMN readdressed_at {{.Time}};
INSERT INTO messages (id, corp_id, candidate_id, kind, channel, recipient, recipient_name, schedule_version, data, state, attempts,
    msgid, response_code, card_state, errcode, error_code, error, dedup, created_at, sent_at, next_attempt_at)
SELECT o.id, o.corp_id, o.candidate_id, 'booking_offer', 'mail', c.email, c.name, 0, CAST('{"offer":"' || o.id || '"}' AS {{.JSON}}),
    CASE WHEN o.mail_state <> 'queued' THEN o.mail_state WHEN o.state = 'open' THEN 'queued' ELSE 'skipped' END, 0, '', '', '', 0,
    COALESCE(o.mail_failure ->> 'code', CASE WHEN o.mail_state = 'queued' AND o.state <> 'open' THEN 'notify.skipped.overtaken' ELSE '' END),
    COALESCE(o.mail_failure -> 'params' ->> 'Error', ''), o.id, o.created_at,
    CASE WHEN o.mail_state = 'sent' THEN o.updated_at END, CASE WHEN o.mail_state = 'queued' AND o.state = 'open' THEN o.updated_at END
FROM booking_offers AS o JOIN candidates AS c ON c.corp_id = o.corp_id AND c.id = o.candidate_id
WHERE o.mail_state <> 'none';
UPDATE booking_offers SET mail_id = id WHERE mail_state <> 'none';
ALTER TABLE booking_offers DROP COLUMN mail_state;
ALTER TABLE booking_offers DROP COLUMN mail_failure;
ALTER TABLE booking_offers DROP COLUMN mail_number;

-- by_mail: the candidate gets the URL by mail, whose message has the id mail_id once there is a URL.
ALTER TABLE exam_sittings ADD COLUMN by_mail {{.Bool}} NOT NULL DEFAULT FALSE;
ALTER TABLE exam_sittings ADD COLUMN mail_id TEXT NOT NULL DEFAULT '';
UPDATE exam_sittings SET by_mail = TRUE WHERE mail IN ('queued', 'sent', 'failed');
UPDATE exam_sittings SET mail_id = id WHERE mail IN ('sent', 'failed') OR mail = 'queued' AND state IN ('sent', 'started', 'finished');
INSERT INTO messages (id, corp_id, candidate_id, kind, channel, recipient, recipient_name, schedule_version, data, state, attempts,
    msgid, response_code, card_state, errcode, error_code, error, dedup, created_at, sent_at, next_attempt_at)
SELECT v.id, v.corp_id, v.candidate_id, 'written_test', 'mail', c.email, c.name, 0, CAST('{"sitting":"' || v.id || '"}' AS {{.JSON}}),
    v.mail, 0, '', '', '', 0,
    CASE v.failure_code WHEN 'exam.mail_unconfigured' THEN 'notify.mail.unconfigured' WHEN 'exam.mail_refused' THEN 'notify.mail.refused' WHEN 'exam.mail_failed' THEN 'notify.mail.failed' ELSE '' END,
    COALESCE(v.failure_params ->> 'Error', ''), v.id, v.created_at,
    CASE WHEN v.mail = 'sent' THEN v.sent_at END, CASE WHEN v.mail = 'queued' THEN v.created_at END
FROM exam_sittings AS v JOIN candidates AS c ON c.corp_id = v.corp_id AND c.id = v.candidate_id
WHERE v.mail_id <> '';
UPDATE exam_sittings SET failure_code = '', failure_params = CAST('{}' AS {{.JSON}}) WHERE failure_code IN ('exam.mail_unconfigured', 'exam.mail_refused', 'exam.mail_failed');
ALTER TABLE exam_sittings DROP COLUMN mail;
