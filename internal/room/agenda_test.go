package room

import (
	"context"
	"errors"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/huimian/huimian/internal/apperr"
	"github.com/huimian/huimian/internal/db"
	"github.com/huimian/huimian/internal/db/dbtest"
	"github.com/huimian/huimian/internal/room/protocol"
)

var bankQuestion = Question{ID: "q3", Version: 5, Title: "ADDED-TITLE", Body: "ADDED-BODY", QuestionForStaff: protocol.QuestionForStaff{Hints: []string{"SECRET-FOR-STAFF"}}}

// testInterview is the interview of the rooms, and the question bank with bankQuestion.
type testInterview struct {
	mu        sync.Mutex
	questions []Question
	added     []string // person ids
	fail      error    // of the step
}

func newTestInterview() *testInterview {
	return &testInterview{questions: []Question{twoSum, lruCache}}
}

func (i *testInterview) configure(c *Config) {
	c.Hooks.Describe = func(context.Context, string, string) (Description, error) {
		i.mu.Lock()
		defer i.mu.Unlock()
		return Description{Title: "后端一面", Questions: slices.Clone(i.questions)}, nil
	}
	c.Hooks.PrepareQuestion = func(_ context.Context, _, _, personID, id string) (*Question, func(context.Context, *db.Tx) error, error) {
		switch id {
		case "full":
			return nil, nil, apperr.New(apperr.Conflict, "interview.too_many_questions")
		case bankQuestion.ID:
			q := bankQuestion
			return &q, func(context.Context, *db.Tx) error { return i.add(personID) }, nil
		}
		return nil, nil, apperr.NewNotFound()
	}
}

func (i *testInterview) add(personID string) error {
	i.mu.Lock()
	defer i.mu.Unlock()
	if i.fail != nil {
		return i.fail
	}
	i.questions = append(i.questions, bankQuestion)
	i.added = append(i.added, personID)
	return nil
}

func (p *testClient) addQuestion(id string) {
	p.t.Helper()
	p.sendMessage(protocol.QuestionAddRequest{Type: "question_add", QuestionID: id, Ref: "add"})
}

func progressOf(list protocol.Progress, id string) *protocol.QuestionProgress {
	n := slices.IndexFunc(list, func(q protocol.QuestionProgress) bool { return q.QuestionID == id })
	if n < 0 {
		return nil
	}
	return &list[n]
}

// TestAddQuestion: a question of the bank becomes a further question of the room, with an
// answer of its own. The candidate receives nothing of it until it is shown.
func TestAddQuestion(t *testing.T) {
	dbtest.Run(t, func(t *testing.T, d *db.DB) {
		interview := newTestInterview()
		m := startManager(t, d, interview.configure)
		a, b, watching, li := joinRoom(t, m, zhang), joinRoom(t, m, wang), joinRoom(t, m, watcher), joinRoom(t, m, lilei)
		a.admit(li)
		a.showQuestion(&twoSum)
		li.receiveType("problem")
		a.addQuestion(bankQuestion.ID)
		for _, staff := range []*testClient{a, b} {
			added := awaitMessage[protocol.QuestionAdded](staff, "question_added")
			if added.Question.Title != bankQuestion.Title || added.Question.Version != 5 || len(added.Question.Hints) != 1 || added.By != zhang.ID {
				t.Errorf("%s received %+v", staff.participant.ID, added)
			}
		}
		b.addQuestion(bankQuestion.ID) // has it already
		if again := awaitMessage[protocol.QuestionAdded](b, "question_added"); again.Question.ID != bankQuestion.ID {
			t.Errorf("added again: %+v", again)
		}
		if !slices.Equal(interview.added, []string{"zhangwei"}) {
			t.Errorf("added by %q", interview.added)
		}
		if late := *joinRoom(t, m, zhang).welcome.Questions; len(late) != 3 || late[2].ID != bankQuestion.ID {
			t.Errorf("questions of a later member: %+v", late)
		}
		li.sendMessage(protocol.ChatRequest{Type: "chat", Ref: "before", Text: "."})
		awaitMessage[protocol.Chat](li, "chat")
		watching.receiveType("chat")
		for _, frame := range append(slices.Clone(li.frames), watching.frames...) {
			if strings.Contains(frame, "ADDED-") || strings.Contains(frame, `"q3"`) {
				t.Errorf("a member who may not show questions received %.200s", frame)
			}
		}
		shown := a.showQuestion(&bankQuestion)
		if shown.Document.Doc != answerDocument("q3") || *shown.Document.Text != "" {
			t.Errorf("its answer: %+v", shown.Document)
		}
		if public := awaitMessage[protocol.Problem](li, "problem").Question; public.Title != bankQuestion.Title || len(public.Hints) != 0 {
			t.Errorf("the candidate received %+v", public)
		}
	})
}

func TestAddQuestionIsRefused(t *testing.T) {
	dbtest.Run(t, func(t *testing.T, d *db.DB) {
		interview := newTestInterview()
		m := startManager(t, d, interview.configure)
		a, watching, li := joinRoom(t, m, zhang), joinRoom(t, m, watcher), joinRoom(t, m, lilei)
		a.admit(li)
		for _, tc := range []struct {
			by       *testClient
			id, want string
		}{
			{a, "unreadable", "not_found"},
			{a, "full", "question_add.limit"},
			{watching, bankQuestion.ID, "forbidden"},
			{li, bankQuestion.ID, "forbidden"},
			{li, twoSum.ID, "forbidden"}, // of the interview: not confirmed to exist
		} {
			tc.by.addQuestion(tc.id)
			if e := awaitMessage[protocol.Error](tc.by, "error"); e.Code != tc.want || e.Ref != "add" {
				t.Errorf("%s adds %s: %+v, want %s", tc.by.participant.Name, tc.id, e, tc.want)
			}
		}
		interview.fail = errors.Join(apperr.New(apperr.Conflict, "interview.not_in_room")) // the step decides under the lock
		a.addQuestion(bankQuestion.ID)
		if e := awaitMessage[protocol.Error](a, "error"); e.Code != "conflict" {
			t.Errorf("refused by the step: %+v", e)
		}
		if again := joinRoom(t, m, wang); len(*again.welcome.Questions) != 2 {
			t.Errorf("questions after a refusal: %+v", *again.welcome.Questions)
		}
		a.sendMessage(protocol.PhaseRequest{Type: "end"})
		a.receiveType("state")
		a.receiveUntil("the end", func() bool { return strings.Contains(a.frames[len(a.frames)-1], `"ended"`) })
		a.addQuestion(bankQuestion.ID)
		if e := awaitMessage[protocol.Error](a, "error"); e.Code != "ended" {
			t.Errorf("after the end: %+v", e)
		}
	})
}

// TestAddQuestionTwice: two interviewers, on PostgreSQL on two replicas, add the same question
// at once: each before the other's is stored. It is added once, and both receive it.
func TestAddQuestionTwice(t *testing.T) {
	dbtest.Run(t, func(t *testing.T, d *db.DB) {
		interview := newTestInterview()
		var prepared sync.WaitGroup
		prepared.Add(2)
		together := func(c *Config) {
			interview.configure(c)
			prepare := c.Hooks.PrepareQuestion
			c.Hooks.PrepareQuestion = func(ctx context.Context, corpID, roomID, personID, id string) (*Question, func(context.Context, *db.Tx) error, error) {
				prepared.Done()
				prepared.Wait()
				return prepare(ctx, corpID, roomID, personID, id)
			}
		}
		first := startManager(t, d, together)
		second := first
		if d.Dialect() == db.Postgres {
			second = startManager(t, d, together)
		}
		a, b := joinRoom(t, first, zhang), joinRoom(t, second, wang)
		var both sync.WaitGroup
		for _, client := range []*testClient{a, b} {
			both.Go(func() { client.addQuestion(bankQuestion.ID) })
		}
		both.Wait()
		for _, client := range []*testClient{a, b} {
			if added := awaitMessage[protocol.QuestionAdded](client, "question_added"); added.Question.ID != bankQuestion.ID {
				t.Errorf("%s received %+v", client.participant.ID, added)
			}
		}
		b.showQuestion(&bankQuestion)
		a.receiveType("problem")
		var events int
		if err := d.NewRaw("SELECT COUNT(*) FROM room_events WHERE kind = 'question_add'").Scan(t.Context(), &events); err != nil {
			t.Fatal(err)
		}
		if events != 1 || len(interview.added) != 1 {
			t.Errorf("%d events, added by %q", events, interview.added)
		}
		for _, m := range []*Manager{first, second} {
			if late := *joinRoom(t, m, zhang).welcome.Questions; len(late) != 3 {
				t.Errorf("questions of a later member: %+v", late)
			}
		}
	})
}

// TestQuestionReadDuringAddition: a description that was read before an addition does not
// replace the list with the added question.
func TestQuestionReadDuringAddition(t *testing.T) {
	interview := newTestInterview()
	hold, held := make(chan struct{}), make(chan struct{})
	var once sync.Once
	m := startManager(t, dbtest.Open(t, db.SQLite), interview.configure, func(c *Config) {
		describe := c.Hooks.Describe
		c.Hooks.Describe = func(ctx context.Context, corpID, id string) (Description, error) {
			desc, err := describe(ctx, corpID, id)
			if ctx.Value(holdKey{}) != nil {
				once.Do(func() { close(held); <-hold })
			}
			return desc, err
		}
	})
	a := joinRoom(t, m, zhang)
	done := make(chan error)
	go func() {
		_, err := a.member.room.readQuestion(context.WithValue(t.Context(), holdKey{}, true), twoSum.ID)
		done <- err
	}()
	<-held
	a.addQuestion(bankQuestion.ID)
	awaitMessage[protocol.QuestionAdded](a, "question_added")
	close(hold)
	if err := <-done; err != nil {
		t.Fatal(err)
	}
	if late := *joinRoom(t, m, wang).welcome.Questions; len(late) != 3 {
		t.Errorf("questions of a later member: %+v", late)
	}
}

type holdKey struct{}

// TestProgress: questions are done or not for all interviewers, also after a restart and in
// the summary, with the time for which each was shown.
func TestProgress(t *testing.T) {
	dbtest.Run(t, func(t *testing.T, d *db.DB) {
		clock := time.Date(2026, 3, 2, 6, 0, 0, 0, time.UTC)
		var mu sync.Mutex
		now := func() time.Time {
			mu.Lock()
			defer mu.Unlock()
			return clock
		}
		advance := func(by time.Duration) {
			mu.Lock()
			defer mu.Unlock()
			clock = clock.Add(by)
		}
		withClock := func(c *Config) { c.Now = now }
		m := startManager(t, d, withClock)
		a, b, li := joinRoom(t, m, zhang), joinRoom(t, m, wang), joinRoom(t, m, lilei)
		a.showQuestion(&twoSum)
		advance(time.Minute) // in the lobby: does not count
		a.admit(li)
		advance(7 * time.Minute)
		a.showQuestion(&lruCache)
		mark := protocol.QuestionDoneRequest{Type: "question_done", QuestionID: twoSum.ID, Done: true, Ref: "d"}
		a.sendMessage(mark)
		a.sendMessage(mark) // dropped
		b.receiveUntil("the mark", func() bool {
			last := b.frames[len(b.frames)-1]
			return strings.Contains(last, `"progress"`) && strings.Contains(last, `"done":true`)
		})
		progress := decodeFrame[protocol.ProgressChanged](t, b.frames[len(b.frames)-1]).Progress
		if p := progressOf(progress, twoSum.ID); p == nil || !p.Done || p.ElapsedMs != 7*60_000 || p.Since != nil {
			t.Errorf("the first question: %+v", p)
		}
		if p := progressOf(progress, lruCache.ID); p == nil || p.Done || p.ElapsedMs != 0 || p.Since == nil || !p.Since.Equal(now()) {
			t.Errorf("the second question: %+v", p)
		}
		for id, by := range map[string]*testClient{"unknown": a, twoSum.ID: li} {
			by.sendMessage(protocol.QuestionDoneRequest{Type: "question_done", QuestionID: id, Ref: "d"})
			want := map[string]string{"unknown": "not_found", twoSum.ID: "forbidden"}[id]
			if e := awaitMessage[protocol.Error](by, "error"); e.Code != want {
				t.Errorf("marks %s: %+v", id, e)
			}
		}
		for _, frame := range li.frames {
			if strings.Contains(frame, "progress") || strings.Contains(frame, "elapsedMs") {
				t.Errorf("the candidate received %.200s", frame)
			}
		}
		m.killForTest()

		m = startManager(t, d, withClock)
		advance(2 * time.Minute)
		b = joinRoom(t, m, watcher)
		if p := progressOf(b.welcome.Progress, twoSum.ID); p == nil || !p.Done || p.ElapsedMs != 7*60_000 {
			t.Errorf("after a restart: %+v", b.welcome.Progress)
		}
		sum, err := m.Summary(t.Context(), testCorpID, testRoomID)
		if err != nil || len(sum.Answers) != 2 || !sum.Answers[0].Done || sum.Answers[0].ElapsedMs != 7*60_000 || sum.Answers[1].Done || sum.Answers[1].ElapsedMs != 2*60_000 {
			t.Errorf("the summary has %+v, %v", sum, err)
		}
		a = joinRoom(t, m, zhang)
		mark.Done = false
		a.sendMessage(mark)
		if undone := awaitMessage[protocol.ProgressChanged](a, "progress"); progressOf(undone.Progress, twoSum.ID).Done {
			t.Errorf("undone: %+v", undone.Progress)
		}
		var events int
		if err := d.NewRaw("SELECT COUNT(*) FROM room_events WHERE kind = 'question_done'").Scan(t.Context(), &events); err != nil || events != 2 {
			t.Errorf("%d events, %v", events, err)
		}
	})
}
