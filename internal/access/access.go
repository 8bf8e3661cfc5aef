// Package access lists the members who can see a candidate, each with the reasons. It decides nothing:
// every reason is computed by the rules of packages actor, candidate and interview, which the
// operations check.
package access

import (
	"context"
	"fmt"
	"maps"
	"slices"

	"github.com/huimian/huimian/internal/account"
	"github.com/huimian/huimian/internal/actor"
	"github.com/huimian/huimian/internal/apperr"
	"github.com/huimian/huimian/internal/candidate"
	"github.com/huimian/huimian/internal/hiring"
	"github.com/huimian/huimian/internal/interview"
	"github.com/huimian/huimian/internal/member"
	"github.com/huimian/huimian/internal/pagination"
	"github.com/huimian/huimian/internal/pool"
	"github.com/huimian/huimian/internal/position"
)

// maxInterviews is how many interviews of a candidate are considered, the newest first. The page
// says so when there are more.
const maxInterviews = 500

// Service lists who can see a candidate.
type Service struct {
	Accounts   *account.Service
	Interviews *interview.Service
	Hiring     *hiring.Service
	Pools      *pool.Service
}

// shown are the acts that a reason names, in this order.
var shown = []actor.Act{
	actor.ReadCandidates, actor.ReadContacts, actor.ReadFiles, actor.ReadInterviews, actor.ReadRecords, actor.ReadScorecards, actor.Decide,
}

// Reason is why a member sees a candidate or an interview of the candidate.
type Reason struct {
	Role       actor.Roles          // one role: of the company, or in relation to Position or Interview
	Position   *position.Position   // of a hiring manager
	Department string               // by which a hiring manager manages Position; "" if named for it
	Interview  *interview.Interview // of an organizer or a participant
	Shadow     bool                 // the participant is in training in the position's pool
	Acts       []actor.Act          // what the reason permits
}

// Viewer is a member who sees a candidate.
type Viewer struct {
	Member  account.Member
	Reasons []Reason // at least one
}

// Filter selects members.
type Filter struct {
	pagination.Page
	Text string // part of the name, alias, pinyin or userid
}

// List is a page of the members who see a candidate.
type List struct {
	Viewers    []Viewer
	Next       string // cursor of the next page
	Incomplete bool   // the candidate has more interviews than are considered
}

// subject is what decides about a candidate.
type subject struct {
	candidateID string
	positionIDs []string
	titles      map[string]*position.Position
	managers    map[string][]hiring.Manager // by position
	interviews  []*interview.Interview
	shadows     map[string][]string // userids by position
}

// ListViewers lists the active members who see a candidate, ordered by userid.
func (s *Service) ListViewers(ctx context.Context, a actor.Actor, candidateID string, f Filter) (*List, error) {
	if err := a.Require(actor.ReadAccess); err != nil {
		return nil, err
	}
	c, incomplete, err := s.readSubject(ctx, a, candidateID)
	if err != nil {
		return nil, err
	}
	byRole, err := s.Accounts.MembersWithAny(ctx, a.CorpID, actor.ReadCandidates.RolesInCompany()|actor.ReadInterviews.RolesInCompany())
	if err != nil {
		return nil, err
	}
	members, next, err := s.Accounts.FindMembers(ctx, a.CorpID, account.MemberQuery{Page: f.Page, Text: f.Text, UserIDs: c.userIDs(byRole)})
	if err != nil {
		return nil, err
	}
	list := &List{Viewers: []Viewer{}, Next: next, Incomplete: incomplete}
	decides, err := s.Hiring.GetSettings(ctx, a)
	if err != nil {
		return nil, err
	}
	for _, m := range members {
		if v := (Viewer{m, c.reasonsOf(m, decides.Decide)}); len(v.Reasons) > 0 {
			list.Viewers = append(list.Viewers, v)
		}
	}
	return list, nil
}

func (s *Service) readSubject(ctx context.Context, a actor.Actor, candidateID string) (c *subject, incomplete bool, err error) {
	q := s.Interviews.DB.DB
	if _, err := candidate.Read(ctx, q, a.CorpID, candidateID); err != nil {
		return nil, false, err
	}
	c = &subject{candidateID: candidateID, titles: map[string]*position.Position{}, shadows: map[string][]string{}}
	filter := interview.Filter{CandidateID: candidateID, Descending: true, Page: pagination.Page{Limit: pagination.MaxLimit}}
	for {
		list, next, err := s.Interviews.List(ctx, a, filter)
		if err != nil {
			return nil, false, err
		}
		c.interviews = append(c.interviews, list...)
		if filter.Cursor = next; next == "" || len(c.interviews) >= maxInterviews {
			incomplete = next != ""
			break
		}
	}
	if c.positionIDs, err = candidate.PositionsOf(ctx, q, a.CorpID, candidateID); err != nil {
		return nil, false, err
	}
	found, err := position.ReadByIDs(ctx, q, a.CorpID, c.positionIDs)
	if err != nil {
		return nil, false, err
	}
	for n := range found {
		c.titles[found[n].ID] = &found[n]
	}
	if c.managers, err = s.Hiring.ListByPositions(ctx, a.CorpID, c.positionIDs); err != nil {
		return nil, false, err
	}
	return c, incomplete, s.readShadows(ctx, a, c)
}

// readShadows reads which interviewers of the positions are in training.
func (s *Service) readShadows(ctx context.Context, a actor.Actor, c *subject) error {
	for _, id := range c.positionIDs {
		p, err := s.Pools.Get(ctx, a, id)
		if apperr.IsNotFound(err) { // deleted meanwhile
			continue
		}
		if err != nil {
			return fmt.Errorf("reading the shadows of position %s: %w", id, err)
		}
		for _, m := range p.Members {
			if m.Qualification == pool.Shadow {
				c.shadows[id] = append(c.shadows[id], m.UserID)
			}
		}
	}
	return nil
}

// userIDs returns the userids of all members who may have a reason.
func (c *subject) userIDs(byRole []string) []string {
	ids := map[string]bool{}
	add := func(list ...string) {
		for _, userID := range list {
			ids[userID] = true
		}
	}
	add(byRole...)
	for _, list := range c.managers {
		for _, m := range list {
			add(m.UserID)
		}
	}
	for _, i := range c.interviews {
		add(i.OrganizerID)
		for _, m := range i.Interviewers {
			add(m.UserID)
		}
	}
	return slices.Sorted(maps.Keys(ids))
}

// reasonsOf returns why a member sees the candidate: by each role in the company, each position
// and each interview on its own.
func (c *subject) reasonsOf(m account.Member, hiringManagersDecide bool) []Reason {
	reasons := []Reason{}
	for role := range eachRole(m.Roles) {
		reasons = appendReason(reasons, Reason{Role: role, Acts: actsOf(actor.ForMember(m.CorpID, m.UserID, role), 0, nil)})
	}
	bare := actor.WithoutRoles(m.CorpID, m.UserID)
	if m.Roles.HasAny(actor.Restricting) {
		bare.Roles = actor.FormerCoordinator // which has no act, and restricts a relation
	}
	for _, id := range c.positionIDs {
		manager := bare.WithManaged(actor.Managed{PositionIDs: []string{id}, Decides: hiringManagersDecide})
		relation := candidate.RolesFor(manager, []string{id})
		for _, named := range c.managers[id] {
			if named.UserID == m.UserID {
				reasons = appendReason(reasons, Reason{Role: relation, Position: c.titles[id], Department: named.Department, Acts: actsOf(manager, relation, nil)})
			}
		}
	}
	for _, i := range c.interviews {
		for role := range eachRole(i.RolesOf(bare)) {
			reasons = appendReason(reasons, Reason{
				Role: role, Interview: i, Acts: actsOf(bare, role, i),
				Shadow: role == actor.Participant && slices.Contains(c.shadows[i.PositionID], m.UserID),
			})
		}
	}
	return reasons
}

// appendReason appends a reason that shows the candidate or an interview.
func appendReason(list []Reason, r Reason) []Reason {
	if r.Role == 0 || !slices.ContainsFunc(r.Acts, func(act actor.Act) bool { return act == actor.ReadCandidates || act == actor.ReadInterviews }) {
		return list
	}
	return append(list, r)
}

// actsOf returns the shown acts that the actor has by the relation; i is the interview of the
// relation, nil for a position or a role in the company.
func actsOf(a actor.Actor, relation actor.Roles, i *interview.Interview) []actor.Act {
	acts := []actor.Act{}
	for _, act := range shown {
		switch {
		case !a.MayAs(act, relation):
		case act == actor.ReadFiles && i != nil && i.State == interview.Cancelled:
		case act == actor.ReadScorecards && i != nil && !interview.MayViewResult(a, i):
		default:
			acts = append(acts, act)
		}
	}
	return acts
}

// eachRole iterates over the single roles of a set.
func eachRole(roles actor.Roles) func(yield func(actor.Roles) bool) {
	return func(yield func(actor.Roles) bool) {
		for role := actor.Roles(1); role > 0 && role <= roles; role <<= 1 {
			if roles.HasAll(role) && !yield(role) {
				return
			}
		}
	}
}

// Person returns the member of a viewer.
func (v Viewer) Person() member.Member {
	return member.Member{UserID: v.Member.UserID, Name: v.Member.Name, Avatar: v.Member.Avatar, Active: v.Member.Active}
}
