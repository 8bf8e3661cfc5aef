-- +goose Up
-- Approvals (审批) of decisions in WeCom: the settings of a company, and the requests.
CREATE TABLE approval_settings (
    corp_id       TEXT NOT NULL PRIMARY KEY REFERENCES corps (corp_id),
    enabled       {{.Bool}} NOT NULL,
    required      {{.Bool}} NOT NULL, -- a decision to hire is submitted by itself
    holds_mail    {{.Bool}} NOT NULL, -- the mail with the result waits for the approval
    template_id   TEXT NOT NULL, -- of WeCom; empty: none was chosen
    template_name TEXT NOT NULL,
    fields        {{.JSON}} NOT NULL, -- which control of the template gets which value
    approvers     {{.JSON}} NOT NULL, -- userids; empty: the process of the template
    relation      TEXT NOT NULL, -- of the approvers: all, any, sequential
    version       BIGINT NOT NULL,
    updated_by    TEXT NOT NULL, -- userid
    updated_at    {{.Time}} NOT NULL
);

-- A request for the approval of a decision. It is a row of the outbox: it is submitted, and its state is read afterwards.
CREATE TABLE approvals (
    id              TEXT NOT NULL PRIMARY KEY,
    corp_id         TEXT NOT NULL REFERENCES corps (corp_id),
    interview_id    TEXT NOT NULL,
    candidate_id    TEXT NOT NULL,
    state           TEXT NOT NULL,
    superseded      {{.Bool}} NOT NULL, -- the decision has changed since
    template_id     TEXT NOT NULL,
    contents        {{.JSON}} NOT NULL, -- the values of the controls, as they are submitted
    summary         {{.JSON}} NOT NULL,
    approvers       {{.JSON}} NOT NULL,
    relation        TEXT NOT NULL,
    requested_by    TEXT NOT NULL, -- userid of the applicant
    requested_at    {{.Time}} NOT NULL,
    number          TEXT NOT NULL, -- sp_no; empty: WeCom has not answered
    attempted_at    {{.Time}}, -- of a submission whose result is unknown
    submitted_at    {{.Time}},
    decided_at      {{.Time}}, -- when the state became final
    steps           {{.JSON}} NOT NULL, -- of the process, with the approvers' opinions
    comments        {{.JSON}} NOT NULL,
    failure_code    TEXT NOT NULL, -- text id; empty: none
    failure_errcode BIGINT NOT NULL,
    failure_detail  TEXT NOT NULL, -- name of the control that is the cause
    attempts        BIGINT NOT NULL DEFAULT 0,
    claimed_at      {{.Time}},
    next_attempt_at {{.Time}},
    FOREIGN KEY (corp_id, interview_id) REFERENCES interviews (corp_id, id),
    FOREIGN KEY (corp_id, candidate_id) REFERENCES candidates (corp_id, id)
);
CREATE INDEX approvals_interview ON approvals (corp_id, interview_id, requested_at);
CREATE INDEX approvals_candidate ON approvals (corp_id, candidate_id);
CREATE UNIQUE INDEX approvals_number ON approvals (corp_id, number) WHERE number <> '';
-- A decision has one request at a time.
CREATE UNIQUE INDEX approvals_current ON approvals (corp_id, interview_id) WHERE state IN ('queued', 'pending', 'approved') AND NOT superseded;
CREATE INDEX approvals_due ON approvals (next_attempt_at);
CREATE INDEX approvals_claimed ON approvals (claimed_at);
