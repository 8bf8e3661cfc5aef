package showmebugtest

import (
	"github.com/huimian/huimian/showmebug/showmebugtest/internal/webhooks"
	"github.com/huimian/huimian/showmebug/showmebugtest/model"
)

// States of an interview.
const (
	InterviewOpened  = model.InterviewOpened
	InterviewStarted = model.InterviewStarted
	InterviewEnded   = model.InterviewEnded
)

// States of a written test. Their names are a guess after those of interviews.
const (
	WrittenPadOpened  = model.WrittenPadOpened
	WrittenPadStarted = model.WrittenPadStarted
	WrittenPadEnded   = model.WrittenPadEnded
)

// States of a webhook.
const (
	WebhookWaiting   = model.WebhookWaiting
	WebhookDelivered = model.WebhookDelivered
	WebhookFailed    = model.WebhookFailed
	WebhookLost      = model.WebhookLost
	WebhookHeld      = model.WebhookHeld
)

// Errcodes of refused calls. ShowMeBug publishes no table of them: they equal the HTTP statuses.
const (
	CodeInvalidToken = model.CodeInvalidToken
	CodeQuota        = model.CodeQuota
	CodeForbidden    = model.CodeForbidden
	CodeNotFound     = model.CodeNotFound
	CodeState        = model.CodeState
	CodeInvalid      = model.CodeInvalid
)

// Styles of refused calls.
const (
	ErrorsBoth       = model.ErrorsBoth
	ErrorsInEnvelope = model.ErrorsInEnvelope
	ErrorsByStatus   = model.ErrorsByStatus
)

// Team is a company at ShowMeBug with its third-party application, whose key and secret are used for
// client authorisation.
type Team = model.Team

// Member is a member of a team.
type Member = model.Member

// Platform is a service platform that acts for the teams that have consented to it, by platform
// authorisation.
type Platform = model.Platform

// Interview is the current state of an interview.
type Interview = model.Interview

// Interviewer is one of at most five named interviewers of an interview.
type Interviewer = model.Interviewer

// Rating is the assessment of an interviewer, from 1 to 5.
type Rating = model.Rating

// Exam is a set of questions for written tests.
type Exam = model.Exam

// Question is a question for written tests or for interviews.
type Question = model.Question

// WrittenPad is the sitting of an exam by one candidate.
type WrittenPad = model.WrittenPad

// ExamRoom is a sitting of an exam by many candidates, at a fixed time or within a window.
type ExamRoom = model.ExamRoom

// Fault injects an error into calls of the Open API. A call must match all of the selecting fields
// (Path, ClientID); an empty field matches every call. The fields for the effect can be combined,
// for example a delay and an errcode.
type Fault = model.Fault

// WebhookFault injects an error into the delivery of webhooks. A webhook must match all of the
// selecting fields (TeamID, Event); an empty field matches every webhook.
type WebhookFault = model.WebhookFault

// Call is a request to the Open API or to the token endpoint. Secrets, tokens and codes are masked
// in all of its fields.
type Call = model.Call

// Webhook is the delivery of one event to one application.
type Webhook = model.Webhook

// Attempt is one attempt to deliver a webhook.
type Attempt = model.Attempt

// ErrorStyle is the form of the reply to a refused call. ShowMeBug's pages do not document it, so a
// client has to handle all of them.
type ErrorStyle = model.ErrorStyle

// Sign returns the value of the header Smb-Signature: the HMAC-SHA1 of the body in upper-case
// hexadecimal.
func Sign(secret string, body []byte) string { return webhooks.Sign(secret, body) }
