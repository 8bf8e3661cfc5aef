package calibration

import (
	"context"
	"fmt"
	"maps"
	"reflect"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/huimian/huimian/internal/actor"
	"github.com/huimian/huimian/internal/apperr"
	"github.com/huimian/huimian/internal/audit"
	"github.com/huimian/huimian/internal/db"
	"github.com/huimian/huimian/internal/interview"
	"github.com/huimian/huimian/internal/member"
	"github.com/huimian/huimian/internal/message"
	"github.com/huimian/huimian/internal/room"
	"github.com/huimian/huimian/internal/room/replay"
	"github.com/huimian/huimian/internal/scorecard"
	"github.com/huimian/huimian/internal/searchtext"
	"github.com/huimian/huimian/internal/transcript"
	"github.com/huimian/huimian/internal/validate"
	"github.com/huimian/huimian/internal/versioning"
)

// Actions of the audit log. Their object is the interview, with which an erasure clears their
// data.
const (
	actionCreate = "calibration.create"
	actionEdit   = "calibration.edit"
	actionClose  = "calibration.close"
	actionReopen = "calibration.reopen"
	actionDelete = "calibration.delete"
	actionSubmit = "calibration.submit"
)

// Plan is what managers edit of an exercise.
type Plan struct {
	Title         string
	Note          string // to the raters
	DueAt         time.Time
	Raters        []string // userids; those who have submitted stay
	WithOriginals bool
	Closed        bool
}

func (e *Exercise) planWith(ratings []*Rating) Plan {
	p := Plan{Title: e.Title, Note: e.Note, DueAt: db.Time(e.DueAt), WithOriginals: e.WithOriginals, Closed: e.IsClosed(), Raters: []string{}}
	for _, r := range ratings {
		p.Raters = append(p.Raters, r.UserID)
	}
	return p
}

// setting is what an edit is checked against. It is read before the transaction: on PostgreSQL
// the members need a connection of their own.
type setting struct {
	interview *interview.Interview
	held      map[string]bool // by folded userid: the members who held the interview
	people    map[string]member.Member
}

// readSetting reads the interview, who held it, and the members of the userids.
func (s *Service) readSetting(ctx context.Context, corpID, interviewID string, userIDs []string) (*setting, error) {
	i, err := s.Interviews.GetUnchecked(ctx, corpID, interviewID)
	if err != nil {
		return nil, err
	}
	out := &setting{interview: i}
	if out.people, err = s.Interviews.Members(ctx, corpID, userIDs); err != nil {
		return nil, err
	}
	for _, m := range slices.Collect(maps.Values(out.people)) {
		out.people[m.UserID] = m // the given spelling may differ
	}
	out.held, err = s.readHolders(ctx, i)
	return out, err
}

// readHolders returns the members who took part in the interview, by folded userid: interviewers
// who have not declined or have a scorecard, and the staff who entered the room.
func (s *Service) readHolders(ctx context.Context, i *interview.Interview) (map[string]bool, error) {
	held := map[string]bool{}
	for _, m := range i.Interviewers {
		if m.Response != interview.Declined || m.Scorecard != "" && m.Scorecard != scorecard.None {
			held[member.FoldUserID(m.UserID)] = true
		}
	}
	log, err := replay.Open(ctx, s.DB, i.CorpID, i.ID)
	if apperr.KindOf(err) == apperr.Gone { // its retention has ended; the exercise remains
		return held, nil
	}
	if err != nil {
		return nil, err
	}
	cast, err := readCast(ctx, log)
	if err != nil {
		return nil, err
	}
	maps.Copy(held, cast.staff)
	return held, nil
}

// Create makes a finished interview an exercise and invites its raters. templateVersion is that
// of the interview's scorecard template, 0 for the version of the interview.
func (s *Service) Create(ctx context.Context, a actor.Actor, interviewID string, templateVersion int, p Plan) (*View, error) {
	if err := a.Require(actor.ManageCalibration); err != nil {
		return nil, err
	}
	around, err := s.readSetting(ctx, a.CorpID, interviewID, p.Raters)
	if err != nil {
		return nil, err
	}
	i := around.interview
	if err := s.checkInterview(ctx, i); err != nil {
		return nil, err
	}
	if templateVersion == 0 {
		templateVersion = i.TemplateVersion
	}
	e := &Exercise{ID: db.NewID(), CorpID: a.CorpID, InterviewID: i.ID, TemplateID: i.TemplateID, TemplateVersion: templateVersion, Version: 1, CreatedBy: a.UserID}
	err = s.DB.InTx(ctx, func(ctx context.Context, tx *db.Tx) error {
		if err := tx.LockNames(ctx, []string{"calibration/" + a.CorpID}); err != nil {
			return err
		}
		if err := checkTemplate(ctx, tx, e); err != nil {
			return err
		}
		count, err := tx.NewSelect().Model((*Exercise)(nil)).Where("e.corp_id = ?", a.CorpID).Count(ctx)
		if err != nil {
			return fmt.Errorf("counting calibration exercises: %w", err)
		}
		if count >= MaxExercises {
			return apperr.New(apperr.Conflict, "calibration.too_many", "Limit", MaxExercises)
		}
		now := s.now()
		if err := p.checkPlan(around, nil, time.Time{}, now); err != nil {
			return err
		}
		e.CreatedAt = now
		e.applyPlan(p, now)
		if _, err := tx.NewInsert().Model(e).Exec(ctx); err != nil {
			return fmt.Errorf("storing a calibration exercise: %w", err)
		}
		if err := s.changeRaters(ctx, tx, a, e, i.ScheduleVersion, nil, p.Raters); err != nil {
			return err
		}
		return audit.Write(ctx, tx, now, a, actionCreate, i.ID, audit.Data{"exercise": e.ID, "raters": strconv.Itoa(len(p.Raters))})
	})
	if err != nil {
		return nil, err
	}
	return s.Get(ctx, a, e.ID)
}

// checkInterview allows interviews with a complete, sealed log.
func (s *Service) checkInterview(ctx context.Context, i *interview.Interview) error {
	if i.State != interview.Ended {
		return apperr.New(apperr.Conflict, "calibration.not_ended")
	}
	if i.RoomKind != interview.BuiltinRoom {
		return apperr.New(apperr.Conflict, "calibration.other_room")
	}
	log, err := replay.Open(ctx, s.DB, i.CorpID, i.ID)
	if err != nil {
		return err
	}
	sealed, err := transcript.IsSealed(ctx, s.DB.DB, i.CorpID, i.ID)
	if err != nil {
		return err
	}
	if log.State() != room.Ended || !sealed {
		return apperr.New(apperr.Conflict, "calibration.not_sealed")
	}
	return nil
}

// checkTemplate requires a version of the template with a score.
func checkTemplate(ctx context.Context, tx *db.Tx, e *Exercise) error {
	criteria, err := scorecard.ReadCriteria(ctx, tx, e.CorpID, e.TemplateID, e.TemplateVersion)
	if apperr.KindOf(err) == apperr.NotFound {
		var c validate.Errors
		c.Add("templateVersion", "field.unknown")
		return c.Err(false)
	}
	if err == nil && !slices.ContainsFunc(criteria, func(c scorecard.Criterion) bool { return c.Kind == scorecard.KindScore }) {
		return apperr.New(apperr.Conflict, "calibration.no_scores")
	}
	return err
}

// checkPlan returns the errors of a plan by field, and brings it into the stored form. before and dueBefore
// are the stored ratings and due date, empty for a new exercise.
func (p *Plan) checkPlan(around *setting, before []*Rating, dueBefore, now time.Time) error {
	var c validate.Errors
	c.CheckTitle("title", &p.Title, maxTitle)
	c.CheckText("note", &p.Note, maxNote)
	for path, text := range map[string]string{"title": p.Title, "note": p.Note} {
		if containsAny(text, around.interview.Candidate.Name, around.interview.Candidate.Email) {
			c.Add(path, "calibration.contains_name")
		}
	}
	p.DueAt = db.Time(p.DueAt)
	if !p.DueAt.Equal(dueBefore) && (!p.DueAt.After(now) || p.DueAt.After(now.Add(maxDue))) {
		c.Add("dueAt", "calibration.due", "Days", int(maxDue/(24*time.Hour)))
	}
	p.checkRaters(&c, around, before)
	return c.Err(false)
}

// checkRaters allows active members who did not hold the interview. Those who are invited stay
// allowed.
func (p *Plan) checkRaters(c *validate.Errors, around *setting, before []*Rating) {
	p.Raters = member.StoredUserIDs(p.Raters, around.people)
	if len(p.Raters) == 0 {
		c.Add("raters", "field.required")
	}
	if len(p.Raters) > MaxRaters {
		c.Add("raters", "field.too_many", "Limit", MaxRaters)
	}
	for n, userID := range p.Raters {
		path := fmt.Sprintf("raters[%d]", n)
		invited := slices.ContainsFunc(before, func(r *Rating) bool { return r.UserID == userID })
		if m, known := around.people[userID]; !invited && (!known || !m.Active) {
			c.Add(path, "field.unknown")
		} else if !invited && around.held[member.FoldUserID(userID)] {
			c.Add(path, "calibration.held", "Name", m.Name)
		}
	}
	for _, r := range before {
		if r.IsSubmitted() && !slices.Contains(p.Raters, r.UserID) {
			c.Add("raters", "calibration.has_rated")
		}
	}
}

// containsAny reports whether a text contains one of the names, regardless of case and width.
func containsAny(text string, names ...string) bool {
	folded := searchtext.Fold(text)
	return slices.ContainsFunc(names, func(name string) bool {
		name = searchtext.Fold(strings.TrimSpace(name))
		return name != "" && strings.Contains(folded, name)
	})
}

func (e *Exercise) applyPlan(p Plan, now time.Time) {
	e.Title, e.Note, e.DueAt, e.WithOriginals, e.UpdatedAt = p.Title, p.Note, p.DueAt, p.WithOriginals, now
	if p.Closed != e.IsClosed() {
		e.ClosedAt = time.Time{}
		if p.Closed {
			e.ClosedAt = now
		}
	}
}

// Update changes an exercise by edit. version is the one that the edit was made from, 0 for any.
// New raters are invited; those who leave lose their drafts. Beside a Conflict Update returns the
// exercise as it is stored now.
func (s *Service) Update(ctx context.Context, a actor.Actor, id string, version int, edit func(*Plan)) (*View, error) {
	if err := a.Require(actor.ManageCalibration); err != nil {
		return nil, err
	}
	stored, err := readExercise(ctx, s.DB.DB, a.CorpID, id)
	if err != nil {
		return nil, err
	}
	ratings, err := readRatings(ctx, s.DB.DB, a.CorpID, id)
	if err != nil {
		return nil, err
	}
	wanted := stored.planWith(ratings[id])
	edit(&wanted)
	around, err := s.readSetting(ctx, a.CorpID, stored.InterviewID, wanted.Raters)
	if err != nil {
		return nil, err
	}
	err = s.withLockedExercise(ctx, a.CorpID, id, func(ctx context.Context, tx *db.Tx, e *Exercise, ratings []*Rating) error {
		if err := versioning.Check("calibration.changed_meanwhile", version, e.Version); err != nil {
			return err
		}
		return s.storeEdit(ctx, tx, a, e, ratings, around, edit)
	})
	if err != nil {
		return versioning.WithCurrent(err, func() (*View, error) { return s.Get(ctx, a, id) })
	}
	return s.Get(ctx, a, id)
}

func (s *Service) storeEdit(ctx context.Context, tx *db.Tx, a actor.Actor, e *Exercise, ratings []*Rating, around *setting, edit func(*Plan)) error {
	before := e.planWith(ratings)
	p := before
	p.Raters = slices.Clone(before.Raters)
	edit(&p)
	now := s.now()
	if err := p.checkPlan(around, ratings, e.DueAt, now); err != nil {
		return err
	}
	if reflect.DeepEqual(p, before) {
		return nil
	}
	e.applyPlan(p, now)
	e.Version++
	if _, err := tx.NewUpdate().Model(e).WherePK().Where("corp_id = ?", e.CorpID).Exec(ctx); err != nil {
		return fmt.Errorf("storing calibration exercise %s: %w", e.ID, err)
	}
	if err := s.changeRaters(ctx, tx, a, e, around.interview.ScheduleVersion, before.Raters, p.Raters); err != nil {
		return err
	}
	action := actionEdit
	if p.Closed != before.Closed {
		action = map[bool]string{true: actionClose, false: actionReopen}[p.Closed]
	}
	return audit.Write(ctx, tx, now, a, action, e.InterviewID, audit.Data{"exercise": e.ID, "version": strconv.Itoa(e.Version), "raters": strconv.Itoa(len(p.Raters))})
}

// withLockedExercise runs fn on an exercise and its ratings under the lock of the exercise.
func (s *Service) withLockedExercise(ctx context.Context, corpID, id string, fn func(ctx context.Context, tx *db.Tx, e *Exercise, ratings []*Rating) error) error {
	return s.DB.InTx(ctx, func(ctx context.Context, tx *db.Tx) error {
		if err := tx.Lock(ctx, (*Exercise)(nil), "corp_id = ? AND id = ?", corpID, id); err != nil {
			return err
		}
		e, err := readExercise(ctx, tx, corpID, id)
		if err != nil {
			return err
		}
		ratings, err := readRatings(ctx, tx, corpID, id)
		if err != nil {
			return err
		}
		return fn(ctx, tx, e, ratings[id])
	})
}

// changeRaters deletes the rows of those who leave, and invites new raters.
func (s *Service) changeRaters(ctx context.Context, tx *db.Tx, a actor.Actor, e *Exercise, scheduleVersion int, before, after []string) error {
	for _, userID := range before {
		if slices.Contains(after, userID) {
			continue
		}
		if _, err := tx.NewDelete().Model((*Rating)(nil)).Where("r.corp_id = ? AND r.exercise_id = ? AND r.user_id = ?", e.CorpID, e.ID, userID).Exec(ctx); err != nil {
			return fmt.Errorf("deleting a rating of calibration exercise %s: %w", e.ID, err)
		}
	}
	for _, userID := range after {
		if slices.Contains(before, userID) {
			continue
		}
		r := &Rating{ExerciseID: e.ID, UserID: userID, CorpID: e.CorpID, State: scorecard.None, Scores: []scorecard.Score{}, InvitedAt: e.UpdatedAt, UpdatedAt: e.UpdatedAt}
		if _, err := tx.NewInsert().Model(r).Exec(ctx); err != nil {
			return fmt.Errorf("inviting a rater of calibration exercise %s: %w", e.ID, err)
		}
		err := s.Interviews.Messages.Insert(ctx, tx, message.Message{
			CorpID: e.CorpID, InterviewID: e.InterviewID, ScheduleVersion: scheduleVersion, Kind: message.KindCalibration, Channel: message.WeCom, Recipient: userID,
			Data: message.Data{By: a.UserID, Exercise: e.ID}, Dedup: fmt.Sprintf("calibration:%s:%d:%s", e.ID, e.Version, userID),
		})
		if err != nil {
			return err
		}
	}
	return nil
}

// Invitation is what the message to a rater displays.
type Invitation struct {
	Title string
	DueAt time.Time
}

// ReadInvitation returns what a message of KindCalibration displays, nil when the rater is no
// longer expected to rate.
func (s *Service) ReadInvitation(ctx context.Context, m *message.Message) (*Invitation, error) {
	e, err := readExercise(ctx, s.DB.DB, m.CorpID, m.Data.Exercise)
	if apperr.KindOf(err) == apperr.NotFound {
		return nil, nil //nolint:nilnil // deleted
	}
	if err != nil {
		return nil, err
	}
	ratings, err := readRatings(ctx, s.DB.DB, m.CorpID, e.ID)
	if err != nil {
		return nil, err
	}
	expected := func(r *Rating) bool { return member.SameUserID(r.UserID, m.Recipient) && !r.IsSubmitted() }
	if e.IsClosed() || !slices.ContainsFunc(ratings[e.ID], expected) {
		return nil, nil //nolint:nilnil // overtaken
	}
	return &Invitation{e.Title, e.DueAt}, nil
}

// Delete deletes an exercise with its ratings.
func (s *Service) Delete(ctx context.Context, a actor.Actor, id string) error {
	if err := a.Require(actor.ManageCalibration); err != nil {
		return err
	}
	return s.withLockedExercise(ctx, a.CorpID, id, func(ctx context.Context, tx *db.Tx, e *Exercise, ratings []*Rating) error {
		if _, err := tx.NewDelete().Model((*Rating)(nil)).Where("r.corp_id = ? AND r.exercise_id = ?", e.CorpID, e.ID).Exec(ctx); err != nil {
			return fmt.Errorf("deleting the ratings of calibration exercise %s: %w", id, err)
		}
		if _, err := tx.NewDelete().Model(e).WherePK().Where("e.corp_id = ?", e.CorpID).Exec(ctx); err != nil {
			return fmt.Errorf("deleting calibration exercise %s: %w", id, err)
		}
		return audit.Write(ctx, tx, s.now(), a, actionDelete, e.InterviewID, audit.Data{"exercise": e.ID, "ratings": strconv.Itoa(len(ratings))})
	})
}
