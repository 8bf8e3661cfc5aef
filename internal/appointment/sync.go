package appointment

import (
	"context"
	"errors"
	"time"

	"github.com/huimian/huimian/internal/apperr"
	"github.com/huimian/huimian/internal/db"
	"github.com/huimian/huimian/internal/interview"
	"github.com/huimian/huimian/internal/job"
	"github.com/huimian/huimian/internal/outbox"
	"github.com/huimian/huimian/wecom"
)

// backoff is the wait after a temporary failure; refusedBackoff after one that an
// administrator must fix in WeCom's console.
var (
	backoff        = outbox.Backoff{First: 10 * time.Second, Max: 10 * time.Minute}
	refusedBackoff = outbox.Backoff{First: 10 * time.Minute, Max: time.Hour}
)

// Errors of writer.updateEntry.
var (
	errDeleted = errors.New("deleted in WeCom")
	errUnknown = errors.New("unknown to WeCom") // as after a change of the application
)

// writer writes the entry of one kind of appointment in WeCom.
type writer interface {
	// findEntry returns the id of the entry that an earlier attempt created; empty if
	// there is none. WeCom has no key by which it recognizes a repeated creation.
	findEntry(ctx context.Context, r *row) (id string, err error)
	// createEntry creates the entry and sets the ExternalID of the row, also if it fails
	// after the creation.
	createEntry(ctx context.Context, r *row, c *content) error
	updateEntry(ctx context.Context, r *row, c *content) error
	// cancelEntry returns nil for an entry that is cancelled already.
	cancelEntry(ctx context.Context, id string) error
	// readTime returns the start and the end of the entry.
	readTime(ctx context.Context, id string) (start, end time.Time, err error)
	// afterStore is called in the transaction that stores the result of writeContent.
	afterStore(ctx context.Context, tx *db.Tx, r *row, i *interview.Interview) error
}

// newWriter returns the writer of a kind for an interview.
func (s *Service) newWriter(kind Kind, i *interview.Interview) writer {
	if kind == Meeting {
		return &meetingWriter{Service: s, interview: i}
	}
	return &scheduleWriter{s}
}

// writeContent writes the content to WeCom, or deletes the entry if it is nil.
func writeContent(ctx context.Context, w writer, r *row, c *content) (err error) {
	if r.Attempted && r.ExternalID == "" {
		if r.ExternalID, err = w.findEntry(ctx, r); err != nil {
			return err
		}
	}
	switch {
	case c == nil && r.ExternalID == "":
		return nil
	case c == nil:
		if err := w.cancelEntry(ctx, r.ExternalID); err != nil {
			return err
		}
		r.ExternalID = ""
		return nil
	case r.ExternalID == "":
		return w.createEntry(ctx, r, c)
	}
	if err = w.updateEntry(ctx, r, c); !errors.Is(err, errUnknown) {
		return err
	}
	r.ExternalID = ""
	return w.createEntry(ctx, r, c)
}

// syncRow makes one attempt, if the row needs one.
func (s *Service) syncRow(ctx context.Context, args SyncArgs) error {
	a, err := s.claimRow(ctx, args)
	if err != nil || a == nil {
		return err
	}
	w := s.newWriter(a.row.Kind, a.interview)
	return s.storeResult(ctx, w, a, writeContent(ctx, w, a.row, a.content))
}

// attempt is a claimed row with the content that it is to have, nil for none, and the
// interview from which the content was derived.
type attempt struct {
	row       *row
	content   *content
	interview *interview.Interview
}

// claimRow claims a row for one attempt. It is nil when there is nothing to do.
func (s *Service) claimRow(ctx context.Context, args SyncArgs) (claimed *attempt, err error) {
	r, err := readRow(ctx, s.DB.DB, "ap.corp_id = ? AND ap.id = ?", args.CorpID, args.ID)
	if apperr.IsNotFound(err) {
		return nil, job.Cancel(err)
	}
	if err != nil {
		return nil, err
	}
	active, err := s.findActive(ctx, r)
	if err != nil {
		return nil, err
	}
	err = s.withRow(ctx, r, func(ctx context.Context, tx *db.Tx, i *interview.Interview, r *row) error {
		now := s.now()
		switch {
		case r.Leased(now):
			return job.Snooze(time.Second)
		case !r.Due(now):
			return nil // the next attempt has a job of its own
		}
		c, needed, err := s.compareContent(ctx, tx, r, i, active)
		if err != nil {
			return err
		}
		if !needed {
			r.Finish()
			return nil
		}
		r.Claim(now)
		before := *r
		claimed = &attempt{&before, c, i}
		if c != nil && r.ExternalID == "" {
			r.Attempted = true
		}
		return nil
	})
	return claimed, err
}

// findActive returns which members of the interview WeCom accepts.
func (s *Service) findActive(ctx context.Context, r *row) (map[string]bool, error) {
	i, err := s.Interviews.GetUnchecked(ctx, r.CorpID, r.InterviewID)
	if err != nil {
		return nil, err
	}
	ids := append(attendeesOf(i), i.OrganizerID)
	people, err := s.Interviews.Members(ctx, r.CorpID, ids)
	if err != nil {
		return nil, err
	}
	active := map[string]bool{}
	for _, id := range ids {
		active[id] = people[id].Active
	}
	return active, nil
}

// withRow runs fn on a row and its interview under the interview's lock, and stores
// the row.
func (s *Service) withRow(ctx context.Context, r *row, fn func(ctx context.Context, tx *db.Tx, i *interview.Interview, r *row) error) error {
	return s.Interviews.Meetings().WithInterview(ctx, r.CorpID, r.InterviewID, func(ctx context.Context, tx *db.Tx, i *interview.Interview) error {
		r, err := readRow(ctx, tx, "ap.corp_id = ? AND ap.id = ?", r.CorpID, r.ID)
		if err != nil {
			return err
		}
		if err := fn(ctx, tx, i, r); err != nil {
			return err
		}
		return s.storeRow(ctx, tx, r)
	})
}

// compareContent returns the content that the interview calls for, nil for none, and whether
// it differs from what was written. An interview that has begun keeps its appointment
// as it is; so does one whose appointment a member has deleted.
func (s *Service) compareContent(ctx context.Context, tx *db.Tx, r *row, i *interview.Interview, active map[string]bool) (c *content, differs bool, err error) {
	set, err := readSettings(ctx, tx, i.CorpID)
	if err != nil {
		return nil, false, err
	}
	switch {
	case r.Deleted, i.State == interview.Ended:
		return nil, false, nil
	case !shouldExist(r.Kind, i, set):
		return nil, r.ObservedDigest != "" || r.Attempted, nil
	case i.State == interview.InProgress, i.StartsAt.Before(s.now()):
		return nil, false, nil
	}
	c = s.newContent(r.Kind, i, active)
	return c, c.computeDigest() != r.ObservedDigest, nil
}

// storeResult stores the result of an attempt. A change that was made during the attempt,
// and a failure that may pass, make the row due again.
func (s *Service) storeResult(ctx context.Context, w writer, a *attempt, failure error) error {
	claimed, c := a.row, a.content
	wait := time.Duration(0)
	err := s.withRow(ctx, claimed, func(ctx context.Context, tx *db.Tx, i *interview.Interview, r *row) error {
		r.Finish()
		if r.Deleted { // during the attempt
			return nil
		}
		r.ExternalID, r.Attempted = claimed.ExternalID, claimed.Attempted
		if errors.Is(failure, errDeleted) {
			return s.markDeleted(ctx, tx, i, r, "")
		}
		if failure != nil {
			f := s.classifyError(r.Kind, failure)
			r.Attempted = r.Attempted || c != nil && r.ExternalID == "" && f.uncertain
			r.setFailure(f.reason)
			switch {
			case i.Version != a.interview.Version || r.ObservedDigest != claimed.ObservedDigest: // changed here or in WeCom during the attempt
				wait = time.Second
				r.Retry(s.now().Add(wait))
			case f.backoff != nil:
				wait = f.backoff.After(r.Attempts)
				r.Retry(s.now().Add(wait))
			}
			return s.setCompanyFailure(ctx, tx, r, f.companyCode)
		}
		r.Attempted = false
		if r.ObservedDigest == claimed.ObservedDigest { // otherwise changed in WeCom, perhaps after the attempt: written once more
			r.ObservedDigest = c.computeDigest()
		}
		r.setFailure(nil)
		if err := w.afterStore(ctx, tx, r, i); err != nil {
			return err
		}
		r.Restart(s.now()) // compares once more, and finishes when nothing has changed
		return s.setCompanyFailure(ctx, tx, r, "")
	})
	switch {
	case err != nil:
		return errors.Join(err, failure)
	case errors.Is(failure, errDeleted):
		return nil
	case failure == nil:
		return job.Snooze(0)
	case wait > 0:
		s.Logger.WarnContext(ctx, "appointment not written", "appointment", claimed.ID, "kind", claimed.Kind, "error", failure, "retryIn", wait)
		return job.Snooze(wait)
	}
	s.Logger.WarnContext(ctx, "appointment refused", "appointment", claimed.ID, "kind", claimed.Kind, "error", failure)
	return nil
}

// setCompanyFailure stores why WeCom refuses all appointments of a kind; an empty
// code when it does not.
func (s *Service) setCompanyFailure(ctx context.Context, tx *db.Tx, r *row, code string) error {
	set, err := readSettings(ctx, tx, r.CorpID)
	if err != nil {
		return err
	}
	field := func(set *settings) *string {
		if r.Kind == Meeting {
			return &set.MeetingFailure
		}
		return &set.ScheduleFailure
	}
	if *field(set) == code {
		return nil
	}
	return s.changeSettings(ctx, tx, r.CorpID, func(set *settings) { *field(set) = code })
}

// failure is what to do after a failed attempt.
type failure struct {
	reason      *apperr.Error
	backoff     *outbox.Backoff // nil: only a change or a person helps
	companyCode string          // text id, when WeCom refuses every appointment of the kind
	uncertain   bool            // a creation may have succeeded all the same
}

// classifyError returns what to do after an error of WeCom.
func (s *Service) classifyError(kind Kind, err error) failure {
	var params []any
	if e, ok := errors.AsType[*wecom.Error](err); ok {
		params = []any{"Errcode", e.Code}
	}
	switch class := wecom.ClassOf(err); {
	case wecom.IsCode(err, 48002, 301002, 400028, 400303, 730007), class == wecom.ClassConfig:
		code := "appointment." + string(kind) + "_not_permitted"
		return failure{reason: apperr.New(apperr.Conflict, code, params...), backoff: &refusedBackoff, companyCode: code}
	case wecom.IsCode(err, 60111, 60011, 40003, 400021, 400304):
		return failure{reason: apperr.New(apperr.Conflict, "appointment.member_refused", params...)}
	case class == wecom.ClassRetry, class == wecom.ClassNetwork, class == wecom.ClassToken, class == wecom.ClassLimit:
		return failure{
			reason: apperr.New(apperr.Unavailable, "appointment.unavailable", params...), backoff: &backoff,
			uncertain: class == wecom.ClassNetwork,
		}
	default:
		return failure{reason: apperr.New(apperr.Conflict, "appointment.refused", params...)}
	}
}
