package approval

import (
	"context"
	"errors"
	"fmt"
	"time"

	"github.com/uptrace/bun"

	"github.com/huimian/huimian/internal/actor"
	"github.com/huimian/huimian/internal/apperr"
	"github.com/huimian/huimian/internal/audit"
	"github.com/huimian/huimian/internal/db"
	"github.com/huimian/huimian/internal/interview"
	"github.com/huimian/huimian/internal/job"
	"github.com/huimian/huimian/internal/message"
	"github.com/huimian/huimian/internal/outbox"
	"github.com/huimian/huimian/internal/validate"
	"github.com/huimian/huimian/wecom"
)

// Waits between attempts: after a temporary failure, after a submission without an answer, after a refusal
// to read, and between two polls.
var (
	backoff          = outbox.Backoff{First: 10 * time.Second, Max: 10 * time.Minute}
	uncertainBackoff = outbox.Backoff{First: 2 * time.Minute, Max: time.Hour}
	refusedBackoff   = outbox.Backoff{First: 10 * time.Minute, Max: 6 * time.Hour}
	pollBackoff      = outbox.Backoff{First: 10 * time.Minute, Max: 6 * time.Hour}
)

const (
	maxSubmitAge   = 24 * time.Hour      // of a request that WeCom does not answer
	maxUncertain   = 7 * 24 * time.Hour  // of a request whose submission cannot be looked up
	maxPollAge     = 90 * 24 * time.Hour // of a pending request; callbacks are handled later too
	approvedPoll   = 24 * time.Hour      // between polls of an approved request, which can be revoked
	maxApprovedAge = 14 * 24 * time.Hour
	// lookupAfter is how long after a submission without an answer WeCom's list is trusted not to have it.
	lookupAfter = 2 * time.Minute
	lookupSlack = 5 * time.Minute // between the clocks
	maxLookup   = 500             // numbers that a look-up reads
)

// Limits of what is stored of the process.
const (
	maxSteps    = 50
	maxOpinions = 100
	maxComments = 100
	maxText     = 1000 // bytes of an opinion or a comment
)

// Names of the data in the audit log.
const (
	auditNumber = "number"
	auditState  = "state"
)

// result is the outcome of an attempt.
type result struct {
	number   string          // of a request that was submitted or found
	approval *wecom.Approval // the state that was read
	err      error
	changed  string // title of the control in which the template has changed
	lookup   bool   // err is that of a look-up
	obsolete bool   // the decision has changed, and WeCom does not have the request
}

// errNotListed means that WeCom does not list a request yet that was submitted a moment ago.
var errNotListed = errors.New("the request is not in WeCom's list yet")

// syncRequest makes one attempt, if the request is due.
func (s *Service) syncRequest(ctx context.Context, args SyncArgs) error {
	r, err := readRequest(ctx, s.DB.DB, "apv.corp_id = ? AND apv.id = ?", args.CorpID, args.ID)
	if err != nil {
		return err
	}
	if r == nil {
		return job.Cancel(apperr.NewNotFound()) // erased
	}
	before, claimed, err := s.claimRequest(ctx, r)
	if err != nil || claimed == nil {
		return err
	}
	return s.storeResult(ctx, claimed, s.callWeCom(ctx, before))
}

// claimRequest claims a request. It returns the row as it was before and as it is claimed; nil if there is
// nothing to do.
func (s *Service) claimRequest(ctx context.Context, found *Request) (before, claimed *Request, err error) {
	err = s.withRequest(ctx, found, func(_ context.Context, _ *db.Tx, _ *interview.Interview, r *Request) error {
		now := s.now()
		switch {
		case r.Leased(now):
			return job.Snooze(time.Second)
		case !r.Due(now):
			return nil // the next attempt has a job of its own
		}
		copied := *r
		before = &copied
		r.Claim(now)
		if r.Number == "" && r.AttemptedAt == nil {
			r.AttemptedAt = &now
		}
		after := *r
		claimed = &after
		return nil
	})
	return before, claimed, err
}

// withRequest runs fn on a request under the lock of its interview, and stores the request.
func (s *Service) withRequest(ctx context.Context, found *Request, fn func(ctx context.Context, tx *db.Tx, i *interview.Interview, r *Request) error) error {
	return s.Interviews.Meetings().WithInterview(ctx, found.CorpID, found.InterviewID, func(ctx context.Context, tx *db.Tx, i *interview.Interview) error {
		r, err := readRequest(ctx, tx, "apv.corp_id = ? AND apv.id = ?", found.CorpID, found.ID)
		if err != nil || r == nil {
			return err
		}
		if err := fn(ctx, tx, i, r); err != nil {
			return err
		}
		return storeRequest(ctx, tx, r)
	})
}

// callWeCom reads a submitted request, or submits one. WeCom has no key by which it recognizes a
// repetition: a request whose submission was not answered is looked up first.
func (s *Service) callWeCom(ctx context.Context, r *Request) (out result) {
	if r.Number != "" {
		out.approval, out.err = s.Client.Approvals.Get(ctx, r.Number)
		return out
	}
	if r.AttemptedAt != nil {
		if out.number, out.err = s.findSubmitted(ctx, r); out.number != "" || out.err != nil {
			out.lookup = true
			return out
		}
	}
	if r.Superseded {
		return result{obsolete: true}
	}
	people, err := s.Interviews.Members.ByID(ctx, r.CorpID, []string{r.RequestedBy})
	if err != nil {
		return result{err: err}
	}
	if out.number, out.err = s.Client.Approvals.Submit(ctx, r.toRequest(people(r.RequestedBy).Name)); wecom.IsCode(out.err, 301025) {
		if t, err := s.fetchTemplate(ctx, r.TemplateID); err == nil {
			out.changed = t.findChange(r.listFields())
		}
	}
	return out
}

func (r *Request) listFields() []Field {
	out := make([]Field, len(r.Contents))
	for n, v := range r.Contents {
		out[n] = v.Field
	}
	return out
}

// findSubmitted returns the number of a request that an earlier attempt has submitted, "" if WeCom has
// none.
func (s *Service) findSubmitted(ctx context.Context, r *Request) (string, error) {
	now := s.now()
	f := wecom.ApprovalFilter{
		From: r.RequestedAt.Add(-lookupSlack), To: now.Add(lookupSlack), TemplateID: r.TemplateID, Creator: r.RequestedBy,
	}
	link, read := s.linkOf(r), 0
	for cursor := ""; read < maxLookup; {
		numbers, next, err := s.Client.Approvals.ListNumbers(ctx, f, cursor)
		if err != nil {
			return "", err
		}
		read += len(numbers) + 1
		for _, number := range numbers {
			found, err := s.Client.Approvals.Get(ctx, number)
			if err != nil {
				return "", err
			}
			if containsLink(found, link) {
				return number, nil
			}
		}
		if cursor = next; cursor == "" {
			break
		}
	}
	if read >= maxLookup || now.Sub(*r.AttemptedAt) < lookupAfter {
		return "", errNotListed
	}
	return "", nil
}

// storeResult stores the result of an attempt, and when the next one is made.
func (s *Service) storeResult(ctx context.Context, claimed *Request, out result) error {
	wait := time.Duration(-1) // no further attempt
	err := s.withRequest(ctx, claimed, func(ctx context.Context, tx *db.Tx, i *interview.Interview, r *Request) error {
		if r.ClaimedAt == nil || !r.ClaimedAt.Equal(*claimed.ClaimedAt) || r.Attempts != claimed.Attempts {
			return nil // the lease has ended, and another process has claimed the row
		}
		again := r.NextAttemptAt != nil // a callback came during the attempt
		r.Finish()
		var err error
		switch {
		case out.err != nil:
			wait, err = s.storeFailure(ctx, tx, i, r, out)
		case out.obsolete:
			r.State, r.AttemptedAt = Cancelled, nil
			r.setFailure(failure{})
			err = s.writeAudit(ctx, tx, r, "approval.cancel")
		case out.approval != nil:
			wait, err = s.storeState(ctx, tx, i, r, out.approval)
		default:
			wait, err = 0, s.storeNumber(ctx, tx, r, out.number)
		}
		if err != nil {
			return err
		}
		if again && r.Number != "" {
			wait = 0
		}
		if wait >= 0 {
			r.Retry(s.now().Add(wait))
		}
		return nil
	})
	if out.err != nil {
		s.Logger.WarnContext(ctx, "approval not submitted or not read", "approval", claimed.ID, "number", claimed.Number, "error", out.err, "retryIn", wait)
	}
	if err != nil {
		return err
	}
	if wait >= 0 {
		return job.Snooze(wait)
	}
	return nil
}

// storeNumber stores that WeCom has the request. Its state is read at once: the callbacks about it may
// have come before.
func (s *Service) storeNumber(ctx context.Context, tx *db.Tx, r *Request, number string) error {
	now := s.now()
	r.Number, r.State, r.SubmittedAt, r.AttemptedAt = number, Pending, &now, nil
	r.Attempts = 0
	r.setFailure(failure{})
	return s.writeAudit(ctx, tx, r, "approval.submit")
}

func (s *Service) writeAudit(ctx context.Context, tx *db.Tx, r *Request, action string) error {
	return audit.Write(ctx, tx, s.now(), actor.System(r.CorpID), action, r.InterviewID, audit.Data{auditNumber: r.Number})
}

// storeFailure stores why an attempt has failed. A request that WeCom has refused fails; one that WeCom may
// have is looked up until maxUncertain.
func (s *Service) storeFailure(ctx context.Context, tx *db.Tx, i *interview.Interview, r *Request, out result) (wait time.Duration, err error) {
	now := s.now()
	f := classifyFailure(out.err)
	if out.changed != "" {
		f.code, f.detail = "approval.template_changed", out.changed
	}
	if errors.Is(out.err, errNotListed) {
		f = failure{code: "approval.uncertain", uncertain: true}
	}
	r.setFailure(f)
	switch {
	case r.Number != "" && now.Sub(r.RequestedAt) > maxPollAge:
		return -1, nil
	case r.Number != "" && f.refused:
		return refusedBackoff.After(r.Attempts), nil
	case r.Number != "":
		return backoff.After(r.Attempts), nil
	case out.lookup && now.Sub(r.RequestedAt) < maxUncertain:
		return uncertainBackoff.After(r.Attempts), nil
	case out.lookup:
		r.FailureCode = "approval.uncertain"
	case f.refused:
	case f.uncertain:
		r.AttemptedAt, r.FailureCode = &now, "approval.uncertain"
		return uncertainBackoff.After(r.Attempts), nil
	case now.Sub(r.RequestedAt) < maxSubmitAge:
		r.AttemptedAt = nil
		return backoff.After(r.Attempts), nil
	}
	r.AttemptedAt, r.State, r.DecidedAt = nil, Failed, &now
	if err := s.writeAudit(ctx, tx, r, "approval.fail"); err != nil || r.Superseded {
		return -1, err
	}
	return -1, s.notifyApplicant(ctx, tx, i, r, message.KindApprovalFailed, "")
}

// storeState stores the state that WeCom has returned. Since it is read and not taken from the callback,
// repeated, late and forged callbacks have no effect.
func (s *Service) storeState(ctx context.Context, tx *db.Tx, i *interview.Interview, r *Request, a *wecom.Approval) (wait time.Duration, err error) {
	r.setFailure(failure{})
	r.Steps, r.Comments = newSteps(a), newComments(a)
	state, known := stateByStatus[a.Status]
	if !known {
		state = r.State
	}
	if state != r.State {
		if err := s.changeState(ctx, tx, i, r, state); err != nil {
			return -1, err
		}
	}
	now := s.now()
	switch {
	case r.State == Pending && now.Sub(*r.SubmittedAt) < maxPollAge:
		return pollBackoff.After(r.Attempts), nil
	case r.State == Approved && now.Sub(*r.DecidedAt) < maxApprovedAge:
		return approvedPoll, nil
	default:
		return -1, nil
	}
}

func (s *Service) changeState(ctx context.Context, tx *db.Tx, i *interview.Interview, r *Request, state State) error {
	now := s.now()
	r.State, r.DecidedAt, r.Attempts = state, &now, 0
	if state == Pending {
		r.DecidedAt = nil
	}
	data := audit.Data{auditNumber: r.Number, auditState: string(state)}
	opinion := r.lastOpinion()
	if opinion != nil {
		data[interview.AuditUserID], data[interview.AuditReason] = opinion.UserID, opinion.Text
	}
	if err := audit.Write(ctx, tx, now, actor.System(r.CorpID), "approval."+string(state), i.ID, data); err != nil {
		return err
	}
	switch {
	case r.Superseded:
		return nil
	case state == Rejected:
		reason := ""
		if opinion != nil {
			reason = opinion.Text
		}
		return s.notifyApplicant(ctx, tx, i, r, message.KindApprovalRejected, reason)
	case state == Approved && s.Approved != nil:
		return s.Approved(ctx, tx, i)
	default:
		return nil
	}
}

// lastOpinion returns the opinion that was given last, nil for none.
func (r *Request) lastOpinion() (last *Opinion) {
	for _, step := range r.Steps {
		for n := range step.Opinions {
			if o := &step.Opinions[n]; o.At != nil && (last == nil || !o.At.Before(*last.At)) {
				last = o
			}
		}
	}
	return last
}

// notifyApplicant queues a card to the member who has decided.
func (s *Service) notifyApplicant(ctx context.Context, tx *db.Tx, i *interview.Interview, r *Request, kind message.Kind, reason string) error {
	return s.Interviews.Messages.Insert(ctx, tx, message.Message{
		CorpID: r.CorpID, InterviewID: r.InterviewID, ScheduleVersion: i.ScheduleVersion, Kind: kind, Channel: message.WeCom, Recipient: r.RequestedBy,
		Data: message.Data{Reason: reason, Failure: r.Failure()}, Dedup: fmt.Sprintf("%s:%s", kind, r.ID),
	})
}

func newSteps(a *wecom.Approval) []Step {
	out := []Step{}
	for _, n := range a.Process.Nodes[:min(len(a.Process.Nodes), maxSteps)] {
		step := Step{Kind: n.NodeType, State: n.Status, Relation: n.Relation, Opinions: []Opinion{}}
		for _, m := range n.Members[:min(len(n.Members), maxOpinions)] {
			o := Opinion{UserID: m.UserID, State: m.Status, Text: newText(m.Speech)}
			if !m.Time.IsZero() {
				at := db.Time(m.Time.Time)
				o.At = &at
			}
			step.Opinions = append(step.Opinions, o)
		}
		out = append(out, step)
	}
	return out
}

func newComments(a *wecom.Approval) []Comment {
	out := []Comment{}
	for _, c := range a.Comments[:min(len(a.Comments), maxComments)] {
		out = append(out, Comment{UserID: c.Author.UserID, Text: newText(c.Text), At: db.Time(c.Time.Time)})
	}
	return out
}

func newText(text string) string { return validate.CutBytes(validate.RemoveUnstorable(text), maxText) }

// requestReading makes the request of a callback due. An unknown number may be that of a submission
// without an answer.
func (s *Service) requestReading(ctx context.Context, args ChangedArgs) error {
	r, err := readRequest(ctx, s.DB.DB, "apv.corp_id = ? AND apv.number = ? AND apv.number <> ''", args.CorpID, args.Number)
	if err != nil {
		return err
	}
	list := []Request{}
	if r != nil {
		list = append(list, *r)
	} else {
		err = s.DB.NewSelect().Model(&list).Where("apv.corp_id = ? AND apv.template_id = ? AND apv.state = ? AND apv.attempted_at IS NOT NULL", args.CorpID, args.TemplateID, Queued).
			OrderExpr("apv.requested_at DESC").Limit(maxRequests).Scan(ctx)
		if err != nil {
			return fmt.Errorf("reading submissions without an answer: %w", err)
		}
	}
	for n := range list {
		if err := s.makeDue(ctx, &list[n]); err != nil {
			return err
		}
	}
	return nil
}

func (s *Service) makeDue(ctx context.Context, found *Request) error {
	return s.withRequest(ctx, found, func(ctx context.Context, tx *db.Tx, _ *interview.Interview, r *Request) error {
		now := s.now()
		if r.Leased(now) { // read once more after the attempt
			r.NextAttemptAt = &now
			return nil
		}
		r.Retry(now)
		return s.Queue.Insert(ctx, tx, SyncArgs{CorpID: r.CorpID, ID: r.ID})
	})
}

func (s *Service) sweepRequests(ctx context.Context) error {
	overdue := func(q *bun.SelectQuery) *bun.SelectQuery { return outbox.Overdue(q.Column("id", "corp_id"), s.now()) }
	_, err := outbox.Sweep(ctx, s.DB, s.Queue, overdue, func(r *Request) job.Args { return SyncArgs{CorpID: r.CorpID, ID: r.ID} })
	return err
}
