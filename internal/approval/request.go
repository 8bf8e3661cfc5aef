package approval

import (
	"cmp"
	"context"
	"fmt"
	"slices"

	"github.com/uptrace/bun"

	"github.com/huimian/huimian/internal/actor"
	"github.com/huimian/huimian/internal/apperr"
	"github.com/huimian/huimian/internal/audit"
	"github.com/huimian/huimian/internal/db"
	"github.com/huimian/huimian/internal/interview"
)

// maxRequests is the number of requests about one interview, those that were withdrawn included.
const maxRequests = 50

// Obstacle is why no request can be made.
type Obstacle string

const (
	Off       Obstacle = "off"       // by the company's setting
	NoHire    Obstacle = "no_hire"   // the decision needs no approval
	Current   Obstacle = "current"   // there is a request about the decision
	Exhausted Obstacle = "exhausted" // maxRequests
	Forbidden Obstacle = "forbidden"
)

// Code returns the text id.
func (o Obstacle) Code() string { return "approval.obstacle." + string(o) }

// View is the requests about an interview, and whether another one can be made.
type View struct {
	Settings *Settings
	Requests []Request // the newest first
	Obstacle Obstacle  // "" if a request can be made
	Held     bool      // the mail with the result waits
}

// Current returns the request about the present decision that is not replaced by another one, nil for
// none.
func (v *View) Current() *Request {
	if len(v.Requests) == 0 || v.Requests[0].Superseded {
		return nil
	}
	return &v.Requests[0]
}

// Get returns the requests about an interview to members who see the decision.
func (s *Service) Get(ctx context.Context, a actor.Actor, interviewID string) (*View, error) {
	i, err := s.Interviews.Get(ctx, a, interviewID)
	if err != nil {
		return nil, err
	}
	if err := mayRead(a, i); err != nil {
		return nil, err
	}
	v, err := s.readView(ctx, s.DB.DB, i)
	if err != nil {
		return nil, err
	}
	v.Obstacle = obstacleOf(v, i)
	if v.Obstacle == "" && !s.Interviews.PermissionsOf(a, i).Decide {
		v.Obstacle = Forbidden
	}
	return v, s.fillNames(ctx, a.CorpID, v.Requests)
}

func (s *Service) readView(ctx context.Context, q bun.IDB, i *interview.Interview) (*View, error) {
	v := new(View)
	var err error
	if v.Settings, err = readSettings(ctx, q, i.CorpID); err != nil {
		return nil, err
	}
	if v.Requests, err = readRequests(ctx, q, i); err != nil {
		return nil, err
	}
	v.Held = v.holdsMail(i)
	return v, nil
}

func obstacleOf(v *View, i *interview.Interview) Obstacle {
	switch {
	case !v.Settings.Enabled:
		return Off
	case i.State != interview.Ended || i.Decision != interview.Hire:
		return NoHire
	case slices.ContainsFunc(v.Requests, func(r Request) bool { return r.isCurrent() }):
		return Current
	case len(v.Requests) >= maxRequests:
		return Exhausted
	default:
		return ""
	}
}

// holdsMail reports whether the mail with a decision to hire waits for an approval.
func (v *View) holdsMail(i *interview.Interview) bool {
	if !v.Settings.Enabled || !v.Settings.HoldsMail || i.Decision != interview.Hire {
		return false
	}
	if r := v.Current(); r != nil {
		return r.State != Approved
	}
	return v.Settings.Required
}

// HoldsMail reports whether the mail with the result of an interview waits for an approval.
func (s *Service) HoldsMail(ctx context.Context, i *interview.Interview) (bool, error) {
	v, err := s.readView(ctx, s.DB.DB, i)
	if err != nil {
		return false, err
	}
	return v.Held, nil
}

// readRequests returns the requests about an interview and its candidate, the newest first.
func readRequests(ctx context.Context, q bun.IDB, i *interview.Interview) ([]Request, error) {
	list := []Request{}
	err := q.NewSelect().Model(&list).Where("apv.corp_id = ? AND apv.interview_id = ? AND apv.candidate_id = ?", i.CorpID, i.ID, i.CandidateID).
		OrderExpr("apv.requested_at DESC, apv.id DESC").Limit(maxRequests).Scan(ctx)
	if err != nil {
		return nil, fmt.Errorf("reading the approvals of interview %s: %w", i.ID, err)
	}
	return list, nil
}

// fillNames fills in the applicants, the approvers and the authors of comments.
func (s *Service) fillNames(ctx context.Context, corpID string, list []Request) error {
	var ids []string
	for _, r := range list {
		ids = append(ids, r.RequestedBy)
		for _, step := range r.Steps {
			for _, o := range step.Opinions {
				ids = append(ids, o.UserID)
			}
		}
		for _, c := range r.Comments {
			ids = append(ids, c.UserID)
		}
	}
	people, err := s.Interviews.Members.ByID(ctx, corpID, ids)
	if err != nil {
		return err
	}
	for n := range list {
		r := &list[n]
		r.Applicant = people(r.RequestedBy)
		for _, step := range r.Steps {
			for n := range step.Opinions {
				step.Opinions[n].Person = people(step.Opinions[n].UserID)
			}
		}
		for n := range r.Comments {
			r.Comments[n].Person = people(r.Comments[n].UserID)
		}
	}
	return nil
}

// Apply makes a request for the approval of a decision. It requires the permission to decide.
func (s *Service) Apply(ctx context.Context, a actor.Actor, interviewID string) (*View, error) {
	err := s.DB.InTx(ctx, func(ctx context.Context, tx *db.Tx) error {
		return interview.Series{Service: s.Interviews}.Run(ctx, tx, a, interviewID, func(ctx context.Context, tx *db.Tx, i *interview.Interview) error {
			if err := i.Require(a, actor.Decide); err != nil {
				return err
			}
			v, err := s.readView(ctx, tx, i)
			if err != nil {
				return err
			}
			if o := obstacleOf(v, i); o != "" {
				return apperr.New(apperr.Conflict, o.Code())
			}
			return s.insertRequest(ctx, tx, a, v.Settings, i)
		})
	})
	if err != nil {
		return nil, err
	}
	return s.Get(ctx, a, interviewID)
}

// insertRequest stores a request in the name of the actor, or of the organizer for a program without one.
func (s *Service) insertRequest(ctx context.Context, tx *db.Tx, a actor.Actor, c *Settings, i *interview.Interview) error {
	now := s.now()
	r := &Request{
		ID: db.NewID(), CorpID: i.CorpID, InterviewID: i.ID, CandidateID: i.CandidateID, State: Queued, TemplateID: c.TemplateID,
		Contents: []content{}, Approvers: c.Approvers, Relation: c.Relation, RequestedBy: cmp.Or(a.UserID, i.OrganizerID), RequestedAt: now,
		Steps: []Step{}, Comments: []Comment{},
	}
	s.newContents(c, r, i)
	r.Restart(now)
	if _, err := tx.NewInsert().Model(r).Exec(ctx); err != nil {
		return fmt.Errorf("storing an approval of interview %s: %w", i.ID, err)
	}
	if err := audit.Write(ctx, tx, now, a, "approval.request", i.ID, nil); err != nil {
		return err
	}
	return s.Queue.Insert(ctx, tx, SyncArgs{CorpID: r.CorpID, ID: r.ID})
}

// followDecision requests the approval of a new decision to hire, if the company requires it, and replaces
// the requests about another decision. WeCom has no call to withdraw one: it stays there until its
// applicant does, and its state is still read.
func (s *Service) followDecision(ctx context.Context, tx *db.Tx, a actor.Actor, i *interview.Interview, before interview.Decision) error {
	if i.Decision == before {
		return nil
	}
	v, err := s.readView(ctx, tx, i)
	if err != nil {
		return err
	}
	for n := range v.Requests {
		if r := &v.Requests[n]; !r.Superseded {
			if err := s.supersedeRequest(ctx, tx, a, r); err != nil {
				return err
			}
		}
	}
	if !v.Settings.Enabled || !v.Settings.Required || i.Decision != interview.Hire || len(v.Requests) >= maxRequests {
		return nil
	}
	return s.insertRequest(ctx, tx, a, v.Settings, i)
}

// supersedeRequest marks a request as replaced, and cancels one that was not submitted.
func (s *Service) supersedeRequest(ctx context.Context, tx *db.Tx, a actor.Actor, r *Request) error {
	r.Superseded = true
	action := ""
	switch {
	case r.State == Queued && r.AttemptedAt == nil:
		r.State, action = Cancelled, "approval.cancel"
		r.Finish()
	case r.isLive():
		action = "approval.supersede"
	}
	if err := storeRequest(ctx, tx, r); err != nil || action == "" {
		return err
	}
	return audit.Write(ctx, tx, s.now(), a, action, r.InterviewID, audit.Data{auditNumber: r.Number})
}

// isLive reports whether WeCom has the request, or may have it.
func (r *Request) isLive() bool {
	return r.State == Queued || r.State == Pending || r.State == Approved
}

func storeRequest(ctx context.Context, tx *db.Tx, r *Request) error {
	if _, err := tx.NewUpdate().Model(r).WherePK().Where("corp_id = ?", r.CorpID).Exec(ctx); err != nil {
		return fmt.Errorf("storing approval %s: %w", r.ID, err)
	}
	return nil
}

// readRequest returns the request that a condition selects, nil for none.
func readRequest(ctx context.Context, q bun.IDB, where string, args ...any) (*Request, error) {
	r := new(Request)
	err := q.NewSelect().Model(r).Where(where, args...).Limit(1).Scan(ctx)
	if db.IsNotFound(err) {
		return nil, nil //nolint:nilnil // none
	}
	if err != nil {
		return nil, fmt.Errorf("reading an approval: %w", err)
	}
	return r, nil
}
