package health

import (
	"context"
	"log/slog"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/huimian/huimian/internal/actor"
	"github.com/huimian/huimian/internal/apperr/apperrtest"
	"github.com/huimian/huimian/internal/db"
	"github.com/huimian/huimian/internal/db/dbtest"
	"github.com/huimian/huimian/internal/interview/interviewtest"
	"github.com/huimian/huimian/internal/question"
	"github.com/huimian/huimian/internal/runqueue"
	"github.com/huimian/huimian/internal/sandbox"
	"github.com/huimian/huimian/internal/testcase"
)

var (
	rosa = interviewtest.Rosa
	lin  = interviewtest.Lin
)

// echoRunner runs programs that consist of the line "echo TEXT" and lines without an effect.
// A program with the line "fail" ends with an error. hold, if set, delays each program until
// it is closed.
type echoRunner struct {
	mu      sync.Mutex
	ran     int
	off     bool
	hold    chan struct{}
	started chan struct{} // receives for each program that waits for hold
}

func (r *echoRunner) Run(ctx context.Context, p sandbox.Program, emit func(sandbox.Chunk)) (sandbox.Result, error) {
	r.mu.Lock()
	r.ran++
	hold := r.hold
	r.mu.Unlock()
	if hold != nil {
		r.started <- struct{}{}
		select {
		case <-hold:
		case <-ctx.Done():
			return sandbox.Result{Status: sandbox.StatusCancelled, ExitCode: -1}, nil
		}
	}
	for line := range strings.Lines(p.Source) {
		if text, ok := strings.CutPrefix(line, "echo "); ok {
			emit(sandbox.Chunk{Stream: sandbox.Stdout, Text: text})
		}
		if strings.TrimSpace(line) == "fail" {
			emit(sandbox.Chunk{Stream: sandbox.Stderr, Text: "failed\x00"})
			return sandbox.Result{Status: sandbox.StatusExitError, ExitCode: 1}, nil
		}
	}
	return sandbox.Result{Status: sandbox.StatusOK, CPU: 20 * time.Millisecond, MemoryBytes: 1 << 20}, nil
}

func (r *echoRunner) Languages() []sandbox.Language {
	return []sandbox.Language{{ID: "python"}, {ID: "go"}}
}

func (r *echoRunner) MissingLanguages() []sandbox.MissingLanguage { return nil }

func (r *echoRunner) Ready() error {
	if r.off {
		return sandbox.ErrUnavailable
	}
	return nil
}

type fixture struct {
	*Service
	t         *testing.T
	company   *interviewtest.Company
	questions *question.Service
	runner    *echoRunner
}

func runOnBoth(t *testing.T, body func(t *testing.T, f *fixture)) {
	t.Helper()
	dbtest.Run(t, func(t *testing.T, d *db.DB) {
		company := interviewtest.New(t, d)
		dbtest.Exec(t, d, "INSERT INTO corps (corp_id, name, time_zone, created_at) VALUES ('corp', '云杉科技', 'Asia/Shanghai', ?)", db.Time(company.Clock.Now()))
		f := &fixture{t: t, company: company, runner: &echoRunner{started: make(chan struct{}, 100)}}
		f.questions = &question.Service{DB: d, Now: company.Clock.Now, Members: company.Interviews.Members, Location: location}
		f.Service = f.newReplica()
		body(t, f)
	})
}

func location(context.Context, string) (*time.Location, error) {
	return time.LoadLocation(interviewtest.TimeZone)
}

// newReplica returns a service whose leases are renewed all the time.
func (f *fixture) newReplica() *Service {
	s := &Service{Config: Config{
		DB: f.company.DB, Queue: f.company.Queue, Runner: f.runner, RunQueue: runqueue.New(2, 0), Members: f.company.FindMembers, Location: location,
		Logger: slog.New(slog.DiscardHandler), Now: f.company.Clock.Now,
	}, renewInterval: time.Millisecond}
	return s
}

// solved is the content of a question with one solution, whose value is 7, and two cases.
func solved(code string) question.Content {
	return question.Content{
		Title: "七", Body: "…", Solutions: []question.Source{{Language: "python", Code: code}},
		Tests: testcase.Suite{Cases: []testcase.Case{{Name: "第一", Expected: "7"}, {Expected: "7", Hidden: true}}},
	}
}

func (f *fixture) create(c question.Content) *question.Question {
	f.t.Helper()
	q, err := f.questions.Create(f.t.Context(), rosa, question.Question{Content: c})
	apperrtest.RequireNoError(f.t, err)
	return q
}

func (f *fixture) request(id string) {
	f.t.Helper()
	apperrtest.RequireNoError(f.t, f.Request(f.t.Context(), rosa, id))
}

func (f *fixture) runQueued() {
	f.t.Helper()
	apperrtest.RequireNoError(f.t, f.RunQueued(f.t.Context(), interviewtest.CorpID))
}

func (f *fixture) get(a actor.Actor, id string) *Health {
	f.t.Helper()
	h, err := f.Get(f.t.Context(), a, id)
	apperrtest.RequireNoError(f.t, err)
	return h
}

func (f *fixture) wantState(id string, state State, reason StopReason) *Check {
	f.t.Helper()
	c := f.get(rosa, id).Check
	if c == nil || c.State != state || c.StopReason != reason {
		f.t.Fatalf("the check is %+v; want %s %q", c, state, reason)
	}
	return c
}
