package interview

import (
	"cmp"
	"context"
	"fmt"
	"slices"
	"strings"
	"time"

	"github.com/uptrace/bun"

	"github.com/huimian/huimian/internal/actor"
	"github.com/huimian/huimian/internal/apperr"
	"github.com/huimian/huimian/internal/candidate"
	"github.com/huimian/huimian/internal/db"
	"github.com/huimian/huimian/internal/interview/candidatelink"
	"github.com/huimian/huimian/internal/member"
	"github.com/huimian/huimian/internal/message"
	"github.com/huimian/huimian/internal/position"
	"github.com/huimian/huimian/internal/question"
	"github.com/huimian/huimian/internal/scorecard"
)

// Get returns an interview that the actor may see.
func (s *Service) Get(ctx context.Context, a actor.Actor, id string) (*Interview, error) {
	i, err := s.getVisible(ctx, s.DB.DB, a, id)
	if err != nil {
		return nil, err
	}
	return i, s.fillNames(ctx, a.CorpID, []*Interview{i})
}

// GetUnchecked returns an interview without any permission check, for callers that have
// made their own. Members' names are not filled in.
func (s *Service) GetUnchecked(ctx context.Context, corpID, id string) (*Interview, error) {
	return s.readInterview(ctx, s.DB.DB, corpID, id)
}

// withLockedInterview runs fn in a transaction on an interview that the actor
// may see, and returns the interview as it is afterwards. Members are read
// outside the transaction: on PostgreSQL that needs a second connection, and
// transactions that wait for each other's connections would deadlock.
func (s *Service) withLockedInterview(ctx context.Context, a actor.Actor, id string, fn Step, hooks ...db.BeforeCommit[*Interview]) (*Interview, error) {
	h := changeHooks{hooks: hooks}
	if err := h.readPeople(ctx, s, a, id); err != nil {
		return nil, err
	}
	err := s.DB.InTx(ctx, func(ctx context.Context, tx *db.Tx) error {
		if err := (Series{s}).Run(ctx, tx, a, id, fn); err != nil {
			return err
		}
		return h.run(ctx, tx, s, a.CorpID, id)
	})
	if err != nil {
		return nil, err
	}
	return s.Get(ctx, a, id)
}

// Step changes an interview that the transaction has locked.
type Step func(ctx context.Context, tx *db.Tx, i *Interview) error

// Series changes several interviews in one transaction by prepared steps.
type Series struct{ *Service }

// Run locks an interview that the actor may see, and runs a step on it.
func (s Series) Run(ctx context.Context, tx *db.Tx, a actor.Actor, id string, step Step) error {
	if err := lockInterview(ctx, tx, a.CorpID, id); err != nil {
		return err
	}
	i, err := s.getVisible(ctx, tx, a, id)
	if err != nil {
		return err
	}
	return step(ctx, tx, i)
}

// lockInterview takes the row lock of an interview until the transaction ends.
func lockInterview(ctx context.Context, tx *db.Tx, corpID, id string) error {
	return tx.Lock(ctx, (*Interview)(nil), "corp_id = ? AND id = ?", corpID, id)
}

// getVisible returns an interview, or NotFound when the actor may not see it.
func (s *Service) getVisible(ctx context.Context, q bun.IDB, a actor.Actor, id string) (*Interview, error) {
	i, err := s.readInterview(ctx, q, a.CorpID, id)
	if err != nil {
		return nil, err
	}
	if !i.May(a, actor.ReadInterviews) {
		return nil, apperr.NewNotFound()
	}
	return i, nil
}

// readInterview reads an interview with its related rows, without members'
// names.
func (s *Service) readInterview(ctx context.Context, q bun.IDB, corpID, id string) (*Interview, error) {
	i := new(Interview)
	err := q.NewSelect().Model(i).Where("i.corp_id = ? AND i.id = ?", corpID, id).Scan(ctx)
	if db.IsNotFound(err) {
		return nil, apperr.NewNotFound()
	}
	if err != nil {
		return nil, fmt.Errorf("reading interview %s: %w", id, err)
	}
	return i, readRelated(ctx, q, corpID, s.now(), []*Interview{i})
}

// readRelated reads the rows that belong to the interviews, with one query per
// table for any number of interviews. The states of links are those at now.
func readRelated(ctx context.Context, q bun.IDB, corpID string, now time.Time, list []*Interview) error {
	if len(list) == 0 {
		return nil
	}
	f := &relatedReader{corpID: corpID, now: now, byID: map[string]*Interview{}}
	for _, i := range list {
		f.byID[i.ID] = i
		f.ids = append(f.ids, i.ID)
	}
	for _, read := range []func(context.Context, bun.IDB) error{
		f.readPositions, f.readCandidates, f.readQuestions, f.readInterviewers, f.readScorecardStates, f.readNotified, f.readLinkStates, f.readRooms,
	} {
		if err := read(ctx, q); err != nil {
			return fmt.Errorf("reading the objects of interviews: %w", err)
		}
	}
	return nil
}

type relatedReader struct {
	corpID string
	now    time.Time
	ids    []string
	byID   map[string]*Interview
}

func (f *relatedReader) collectIDs(of func(*Interview) []string) (ids []string) {
	for _, i := range f.byID {
		ids = append(ids, of(i)...)
	}
	slices.Sort(ids)
	return slices.Compact(ids)
}

func (f *relatedReader) readPositions(ctx context.Context, q bun.IDB) error {
	list, err := position.ReadByIDs(ctx, q, f.corpID, f.collectIDs(func(i *Interview) []string { return []string{i.PositionID} }))
	for _, p := range list {
		for _, i := range f.byID {
			if i.PositionID == p.ID {
				i.Position = p
			}
		}
	}
	return err
}

func (f *relatedReader) readCandidates(ctx context.Context, q bun.IDB) error {
	list, err := candidate.ReadByIDs(ctx, q, f.corpID, f.collectIDs(func(i *Interview) []string { return []string{i.CandidateID} }))
	for _, c := range list {
		for _, i := range f.byID {
			if i.CandidateID == c.ID {
				i.Candidate = c
			}
		}
	}
	return err
}

func (f *relatedReader) readQuestions(ctx context.Context, q bun.IDB) error {
	list, err := question.ReadByIDs(ctx, q, f.corpID, f.collectIDs(func(i *Interview) []string { return i.QuestionIDs }))
	byID := map[string]question.Question{}
	for _, found := range list {
		byID[found.ID] = found
	}
	for _, i := range f.byID {
		for _, id := range i.QuestionIDs {
			if found, ok := byID[id]; ok {
				i.Questions = append(i.Questions, found)
			}
		}
	}
	if err != nil || len(list) == 0 {
		return err
	}
	uses, err := question.ListUses(ctx, q, f.ids)
	for _, u := range uses {
		f.byID[u.InterviewID].UsedQuestions = append(f.byID[u.InterviewID].UsedQuestions, u)
	}
	return err
}

func (f *relatedReader) readInterviewers(ctx context.Context, q bun.IDB) error {
	var list []Interviewer
	// No company is named: SQLite would read all its interviewers by the index of members.
	err := q.NewSelect().Model(&list).Where("interview_id IN (?)", bun.List(f.ids)).Order("interview_id", "position").Scan(ctx)
	for _, m := range list {
		m.Notified, m.Scorecard = NotifiedWaiting, scorecard.None
		i := f.byID[m.InterviewID]
		i.Interviewers = append(i.Interviewers, m)
	}
	return err
}

func (f *relatedReader) readScorecardStates(ctx context.Context, q bun.IDB) error {
	list, err := scorecard.ReadStates(ctx, q, f.corpID, f.ids)
	for _, c := range list {
		if m := f.byID[c.InterviewID].interviewer(c.UserID); m != nil {
			m.Scorecard = c.State
		}
	}
	return err
}

// readNotified reads the state of the newest invitation of each interviewer.
func (f *relatedReader) readNotified(ctx context.Context, q bun.IDB) error {
	var list []message.Message
	// Kinds are selected here and not by the query, for which SQLite without statistics
	// would read all messages of the kinds; for an order it reads all of the company.
	err := q.NewSelect().Model(&list).Column("id", "interview_id", "recipient", "state", "kind", "channel", "created_at").
		Where("corp_id = ? AND interview_id IN (?)", f.corpID, bun.List(f.ids)).Scan(ctx)
	slices.SortFunc(list, func(a, b message.Message) int {
		return cmp.Or(a.CreatedAt.Compare(b.CreatedAt), strings.Compare(a.ID, b.ID))
	})
	for _, msg := range list {
		if msg.Channel != message.WeCom || msg.Kind != message.KindInvite && msg.Kind != message.KindChanged {
			continue
		}
		if m := f.byID[msg.InterviewID].interviewer(msg.Recipient); m != nil {
			m.Notified = notifiedState(msg.State)
		}
	}
	return err
}

func notifiedState(state message.State) Notified {
	switch state {
	case message.Sent:
		return NotifiedSent
	case message.Failed, message.Skipped:
		return NotifiedFailed
	default:
		return NotifiedWaiting
	}
}

func (f *relatedReader) readLinkStates(ctx context.Context, q bun.IDB) error {
	list, err := db.SelectByIDs[candidatelink.Link](ctx, q, f.corpID, "interview_id", f.ids)
	for _, i := range f.byID {
		i.Link = LinkNone
	}
	for _, l := range list {
		i := f.byID[l.InterviewID]
		i.Link = max(i.Link, newLinkState(&l, i, f.now))
	}
	return err
}

// memberIDs returns the userids of all members of the interview.
func (i *Interview) memberIDs() []string {
	ids := []string{i.OrganizerID, i.DecidedBy, i.ScorecardsOpenedBy}
	for _, m := range i.Interviewers {
		ids = append(ids, m.UserID)
	}
	return ids
}

func (i *Interview) fillNames(people func(userID string) member.Member) {
	i.Organizer, i.Decider, i.ScorecardsOpener = people(i.OrganizerID), people(i.DecidedBy), people(i.ScorecardsOpenedBy)
	for n := range i.Interviewers {
		i.Interviewers[n].Member = people(i.Interviewers[n].UserID)
	}
}

// fillNames fills in members' names and avatars.
func (s *Service) fillNames(ctx context.Context, corpID string, list []*Interview) error {
	var ids []string
	for _, i := range list {
		ids = append(ids, i.memberIDs()...)
	}
	people, err := s.Members.ByID(ctx, corpID, ids)
	if err != nil {
		return err
	}
	for _, i := range list {
		i.fillNames(people)
	}
	return nil
}
