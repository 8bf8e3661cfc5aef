package note_test

import (
	"errors"
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/huimian/huimian/internal/actor"
	"github.com/huimian/huimian/internal/apperr"
	"github.com/huimian/huimian/internal/apperr/apperrtest"
	"github.com/huimian/huimian/internal/candidate"
	"github.com/huimian/huimian/internal/db"
	"github.com/huimian/huimian/internal/db/dbtest"
	"github.com/huimian/huimian/internal/interview"
	"github.com/huimian/huimian/internal/interview/interviewtest"
	"github.com/huimian/huimian/internal/interview/note"
	"github.com/huimian/huimian/internal/position"
)

var (
	rosa = interviewtest.Rosa // the organizer
	lin  = interviewtest.Lin  // an interviewer, like mei
	mei  = interviewtest.Mei
	kai  = interviewtest.Kai
)

type fixture struct {
	note.Service
	t           *testing.T
	company     *interviewtest.Company
	interviewID string
}

func runOnBoth(t *testing.T, body func(t *testing.T, f *fixture)) {
	t.Helper()
	dbtest.Run(t, func(t *testing.T, d *db.DB) {
		company := interviewtest.New(t, d)
		f := &fixture{Service: note.Service{Interviews: company.Interviews}, t: t, company: company}
		f.interviewID = f.schedule()
		company.Clock.Advance(time.Hour)
		body(t, f)
	})
}

func (f *fixture) schedule() string {
	f.t.Helper()
	plan := interviewtest.NewPlan("", "", func(p *interview.Plan) {
		p.NewPosition, p.NewCandidate = &position.Position{Title: "Go 工程师"}, &candidate.Candidate{Name: "陈晨"}
		p.OverrideWarnings = true
	})
	i, _, err := f.Interviews.Schedule(f.t.Context(), rosa, plan)
	if err != nil {
		f.t.Fatal(err)
	}
	return i.ID
}

func (f *fixture) create(a actor.Actor, d note.Draft) *note.Note {
	f.t.Helper()
	n, err := f.Create(f.t.Context(), a, f.interviewID, d)
	if err != nil {
		f.t.Fatal(err)
	}
	return n
}

// texts returns what the actor reads, "lin: text" each.
func (f *fixture) texts(a actor.Actor) string {
	f.t.Helper()
	list, err := f.List(f.t.Context(), a, f.interviewID)
	if err != nil {
		f.t.Fatal(err)
	}
	var out []string
	for _, n := range list {
		out = append(out, n.UserID+": "+n.Text)
	}
	return strings.Join(out, ", ")
}

func TestNotesArePrivateUntilShared(t *testing.T) {
	runOnBoth(t, func(t *testing.T, f *fixture) {
		now := f.company.Clock.Now()
		late := f.create(lin, note.Draft{Text: " 追问了复杂度 \n"})
		early := f.create(lin, note.Draft{Text: "自我介绍", At: now.Add(-time.Minute)})
		f.create(mei, note.Draft{Text: "边界", Shared: true})
		if !late.At.Equal(now) || late.Text != "追问了复杂度" || late.Author.Name != "林一" || late.IsShared() {
			t.Errorf("note %+v", late)
		}
		if got, want := f.texts(lin), "lin: 自我介绍, lin: 追问了复杂度, mei: 边界"; got != want {
			t.Errorf("lin reads %s", got)
		}
		if got := f.texts(mei); got != "mei: 边界" {
			t.Errorf("mei reads %s", got)
		}
		shared := true
		n, err := f.Update(t.Context(), lin, early.ID, note.Change{Version: 1, Shared: &shared})
		if err != nil || !n.IsShared() || n.Version != 2 || n.Text != "自我介绍" {
			t.Fatalf("shared: %+v, %v", n, err)
		}
		if got := f.texts(rosa); got != "lin: 自我介绍, mei: 边界" {
			t.Errorf("the recruiter reads %s", got)
		}
		shared = false
		if _, err := f.Update(t.Context(), lin, early.ID, note.Change{Shared: &shared}); err != nil {
			t.Fatal(err)
		}
		if got := f.texts(mei); got != "mei: 边界" {
			t.Errorf("after the share was withdrawn, mei reads %s", got)
		}
		if err := f.Delete(t.Context(), lin, early.ID); err != nil {
			t.Fatal(err)
		}
		if got := f.texts(lin); got != "lin: 追问了复杂度, mei: 边界" {
			t.Errorf("after the deletion, lin reads %s", got)
		}
	})
}

func TestNotesOfAnotherAuthor(t *testing.T) {
	runOnBoth(t, func(t *testing.T, f *fixture) {
		n := f.create(lin, note.Draft{Text: "x", Shared: true})
		text := "y"
		for name, a := range map[string]actor.Actor{"a reader": mei, "a recruiter": rosa, "not on it": kai, "another company": interviewtest.Stranger, "a namesake": actor.WithoutRoles("other", "lin")} {
			if _, err := f.Update(t.Context(), a, n.ID, note.Change{Text: &text}); !apperr.IsNotFound(err) {
				t.Errorf("%s changes the note: %v", name, err)
			}
			if err := f.Delete(t.Context(), a, n.ID); !apperr.IsNotFound(err) {
				t.Errorf("%s deletes the note: %v", name, err)
			}
		}
		for _, a := range []actor.Actor{kai, interviewtest.Stranger} {
			if _, err := f.List(t.Context(), a, f.interviewID); !apperr.IsNotFound(err) {
				t.Errorf("%s lists the notes: %v", a.UserID, err)
			}
			if _, err := f.Create(t.Context(), a, f.interviewID, note.Draft{Text: "x"}); !apperr.IsNotFound(err) {
				t.Errorf("%s writes a note: %v", a.UserID, err)
			}
		}
	})
}

// An interviewer who was removed from the interview reads no notes, including their own.
func TestNotesOfARemovedInterviewer(t *testing.T) {
	runOnBoth(t, func(t *testing.T, f *fixture) {
		n := f.create(mei, note.Draft{Text: "边界", Shared: true})
		if _, err := f.Interviews.Edit(t.Context(), rosa, f.interviewID, 0, func(p *interview.Plan) { p.Interviewers = []string{"lin"} }); err != nil {
			t.Fatal(err)
		}
		if _, err := f.List(t.Context(), mei, f.interviewID); !apperr.IsNotFound(err) {
			t.Errorf("mei lists the notes: %v", err)
		}
		if err := f.Delete(t.Context(), mei, n.ID); !apperr.IsNotFound(err) {
			t.Errorf("mei deletes a note: %v", err)
		}
		if got := f.texts(lin); got != "mei: 边界" {
			t.Errorf("lin reads %s", got)
		}
	})
}

func TestChecks(t *testing.T) {
	runOnBoth(t, func(t *testing.T, f *fixture) {
		now := f.company.Clock.Now()
		for want, d := range map[string]note.Draft{
			"text field.required":    {Text: " \n\u200b\x00"}, // nothing is left of it
			"text field.too_long":    {Text: strings.Repeat("长", note.MaxText+1)},
			"at note.moment_outside": {Text: "x", At: now.Add(time.Second)},
		} {
			_, err := f.Create(t.Context(), lin, f.interviewID, d)
			if got := fieldOf(err); got != want {
				t.Errorf("%.20s at %s: %q, %v", d.Text, d.At, got, err)
			}
		}
		if _, err := f.Create(t.Context(), lin, f.interviewID, note.Draft{Text: "x", At: now.Add(-2 * time.Hour)}); fieldOf(err) != "at note.moment_outside" {
			t.Errorf("before the interview was scheduled: %v", err)
		}
		n := f.create(lin, note.Draft{Text: strings.Repeat("长", note.MaxText)})
		empty := ""
		if _, err := f.Update(t.Context(), lin, n.ID, note.Change{Text: &empty}); fieldOf(err) != "text field.required" {
			t.Errorf("an empty edit: %v", err)
		}
		if _, err := f.Interviews.Cancel(t.Context(), rosa, f.interviewID, ""); err != nil {
			t.Fatal(err)
		}
		if _, err := f.Create(t.Context(), lin, f.interviewID, note.Draft{Text: "x"}); apperr.KindOf(err) != apperr.Gone {
			t.Errorf("a note about a cancelled interview: %v", err)
		}
	})
}

// fieldOf returns the first field of an error and the id of its text.
func fieldOf(err error) string {
	e, ok := errors.AsType[*apperr.Error](err)
	if !ok || len(e.Fields) == 0 {
		return ""
	}
	return e.Fields[0].Path + " " + e.Fields[0].Code
}

// insert stores n notes without the checks of Create.
func (f *fixture) insert(userID string, n int, sharedAt time.Time) {
	f.t.Helper()
	now := f.company.Clock.Now()
	for batch := range slices.Chunk(make([]note.Note, n), 250) {
		for k := range batch {
			batch[k] = note.Note{ID: db.NewID(), CorpID: interviewtest.CorpID, InterviewID: f.interviewID, UserID: userID, At: now, Text: "x", SharedAt: sharedAt, Version: 1, CreatedAt: now, UpdatedAt: now}
		}
		if _, err := f.company.DB.NewInsert().Model(&batch).Exec(f.t.Context()); err != nil {
			f.t.Fatal(err)
		}
	}
}

// At the limit, one of several notes that are written at once is stored.
func TestLimitOfAnAuthor(t *testing.T) {
	runOnBoth(t, func(t *testing.T, f *fixture) {
		f.insert("lin", note.MaxOwn-1, time.Time{})
		codes := apperrtest.CountCodes(dbtest.Concurrently(4, func(int) error {
			_, err := f.Create(t.Context(), lin, f.interviewID, note.Draft{Text: "x"})
			return err
		}))
		if got := fmt.Sprint(codes); got != "map[:1 note.too_many:3]" {
			t.Error(got)
		}
		f.create(mei, note.Draft{Text: "x"})
		if list, err := f.List(t.Context(), lin, f.interviewID); err != nil || len(list) != note.MaxOwn {
			t.Errorf("%d notes, %v", len(list), err)
		}
	})
}

func TestLimitOfSharedNotes(t *testing.T) {
	runOnBoth(t, func(t *testing.T, f *fixture) {
		f.insert("mei", note.MaxShared-1, f.company.Clock.Now())
		own := []*note.Note{f.create(lin, note.Draft{Text: "a"}), f.create(lin, note.Draft{Text: "b"})}
		shared, text := true, "c"
		codes := apperrtest.CountCodes(dbtest.Concurrently(2, func(n int) error {
			_, err := f.Update(t.Context(), lin, own[n].ID, note.Change{Shared: &shared})
			return err
		}))
		if got := fmt.Sprint(codes); got != "map[:1 note.too_many_shared:1]" {
			t.Error(got)
		}
		if _, err := f.Create(t.Context(), rosa, f.interviewID, note.Draft{Text: "x", Shared: true}); apperr.KindOf(err) != apperr.Conflict {
			t.Errorf("another shared note: %v", err)
		}
		for _, n := range own { // of which one is shared
			if _, err := f.Update(t.Context(), lin, n.ID, note.Change{Text: &text}); err != nil {
				t.Errorf("an edit at the limit: %v", err)
			}
		}
	})
}

// One of two edits of a version is stored, and the other receives it.
func TestEditsAtOnce(t *testing.T) {
	runOnBoth(t, func(t *testing.T, f *fixture) {
		n := f.create(lin, note.Draft{Text: "x"})
		codes := apperrtest.CountCodes(dbtest.Concurrently(2, func(k int) error {
			text := fmt.Sprint("edit ", k)
			current, err := f.Update(t.Context(), lin, n.ID, note.Change{Version: 1, Text: &text})
			if err != nil && (current == nil || current.Version != 2 || current.Text == text) {
				t.Errorf("beside the conflict: %+v", current)
			}
			return err
		}))
		if got := fmt.Sprint(codes); got != "map[:1 note.changed_meanwhile:1]" {
			t.Error(got)
		}
	})
}

// An edit that changes nothing is no new version; of concurrent deletions one succeeds.
func TestUnchangedAndDeletedNotes(t *testing.T) {
	runOnBoth(t, func(t *testing.T, f *fixture) {
		n := f.create(lin, note.Draft{Text: "追问了复杂度"})
		text, shared := " 追问了复杂度 ", false
		same, err := f.Update(t.Context(), lin, n.ID, note.Change{Version: n.Version, Text: &text, Shared: &shared})
		if err != nil || same.Version != n.Version || !same.UpdatedAt.Equal(n.UpdatedAt) {
			t.Errorf("without a change: %+v, %v", same, err)
		}
		missing := 0
		for _, err := range dbtest.Concurrently(4, func(int) error { return f.Delete(t.Context(), lin, n.ID) }) {
			if apperr.KindOf(err) == apperr.NotFound {
				missing++
			} else if err != nil {
				t.Error(err)
			}
		}
		if missing != 3 {
			t.Errorf("%d of 4 deletions found no note", missing)
		}
	})
}
