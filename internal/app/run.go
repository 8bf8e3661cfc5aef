package app

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"net"
	"net/http"
	"time"

	"github.com/huimian/huimian/internal/db"
	"github.com/huimian/huimian/internal/interview"
	"github.com/huimian/huimian/internal/interview/questionlist"
	"github.com/huimian/huimian/internal/job"
	"github.com/huimian/huimian/internal/member"
	"github.com/huimian/huimian/internal/question"
	"github.com/huimian/huimian/internal/room"
	"github.com/huimian/huimian/internal/room/protocol"
	"github.com/huimian/huimian/internal/testcase"
)

// Start opens the listeners, starts rooms and jobs, and serves in the background.
// It returns when the address accepts requests.
func (a *App) Start(ctx context.Context) (err error) {
	var lc net.ListenConfig
	if a.listener, err = lc.Listen(ctx, "tcp", a.Config.Listen); err != nil {
		return fmt.Errorf("listening: %w", err)
	}
	defer func() {
		if err != nil {
			err = errors.Join(err, a.listener.Close())
		}
	}()
	// A text from before any interview: rooms do not require one of interviews that had started.
	if _, err := a.Consents.Current(ctx, a.Config.WeCom.CorpID); err != nil {
		return err
	}
	if err := a.Rooms.Start(ctx); err != nil {
		return err
	}
	if err := a.Queue.Start(ctx); err != nil {
		return err
	}
	if a.Config.MetricsListen != "" {
		metrics, err := lc.Listen(ctx, "tcp", a.Config.MetricsListen)
		if err != nil {
			return fmt.Errorf("listening for metrics: %w", err)
		}
		a.startHTTPServer(ctx, metrics, a.Server.Private())
	}
	a.startHTTPServer(ctx, a.publicListener(), a.Server)
	return a.serveTLS(ctx)
}

// publicListener returns the listener of the public address, with TLS if it is configured.
func (a *App) publicListener() net.Listener {
	if a.certificate == nil {
		return a.listener
	}
	return a.certificate.Listen(a.listener)
}

func (a *App) startHTTPServer(ctx context.Context, l net.Listener, h http.Handler) {
	s := newHTTPServer(h)
	s.ErrorLog = slog.NewLogLogger(a.log.Handler(), slog.LevelDebug) // TLS handshakes of scanners
	a.servers = append(a.servers, s)
	go func() {
		if err := s.Serve(l); !errors.Is(err, http.ErrServerClosed) {
			a.log.ErrorContext(ctx, "HTTP server failed", "error", err)
		}
	}()
}

// readTimeout limits reading a whole request. It does not apply to connections
// hijacked by WebSockets.
const readTimeout = time.Minute

func newHTTPServer(h http.Handler) *http.Server {
	return &http.Server{Handler: h, ReadHeaderTimeout: readHeaderTimeout, ReadTimeout: readTimeout, IdleTimeout: idleTimeout}
}

// Addr returns the listener's address. It is valid after Start.
func (a *App) Addr() string { return a.listener.Addr().String() }

// Stop rejects new requests, makes room clients reconnect to another replica, waits
// for requests and jobs until ctx is done, and closes the database. Interrupted jobs
// are retried by another process.
func (a *App) Stop(ctx context.Context) error {
	a.Server.Drain()
	stopped := make(chan error, len(a.servers))
	for _, s := range a.servers {
		go func() { stopped <- s.Shutdown(ctx) }() // closes the listeners at once
	}
	errs := []error{a.Rooms.Stop(ctx)}
	for range a.servers {
		errs = append(errs, <-stopped)
	}
	errs = append(errs, a.Queue.Stop(ctx), a.DB.Close(), a.tracer.Stop(ctx))
	return errors.Join(errs...)
}

// findInterviewMembers implements interview.Service.Members with the accounts.
func (a *App) findInterviewMembers(ctx context.Context, corpID string, userIDs []string) (map[string]member.Member, error) {
	found, err := a.Accounts.MembersByID(ctx, corpID, userIDs)
	if err != nil {
		return nil, err
	}
	out := make(map[string]member.Member, len(found))
	for id, m := range found {
		out[id] = member.Member{UserID: m.UserID, Name: m.Name, Avatar: m.Avatar, Active: m.Active}
	}
	return out, nil
}

// findMembersByName resolves the member names of an import file.
func (a *App) findMembersByName(ctx context.Context, corpID, name string) ([]member.Member, error) {
	found, err := a.Accounts.FindMembersByName(ctx, corpID, name)
	out := make([]member.Member, 0, len(found))
	for _, m := range found {
		out = append(out, member.Member{UserID: m.UserID, Name: m.Name, Avatar: m.Avatar, Active: m.Active})
	}
	return out, err
}

// roomHooks returns the hooks of rooms that call interviews: the packages do not import each other.
func (a *App) roomHooks() room.Hooks {
	return room.Hooks{
		Describe: a.describeRoom,
		Started: func(ctx context.Context, tx *db.Tx, m room.HookEvent) error {
			return a.Interview.Rooms().HandleStart(ctx, tx, m.CorpID, m.RoomID, m.By)
		},
		Ended: func(ctx context.Context, tx *db.Tx, m room.HookEvent) error {
			if err := a.Interview.Rooms().HandleEnd(ctx, tx, m.CorpID, m.RoomID, m.By); err != nil {
				return err
			}
			return a.Transcripts.QueueSeal(ctx, tx, m.CorpID, m.RoomID)
		},
		TestSuite:       a.readTestSuite,
		QuestionShown:   recordQuestionUse,
		PrepareQuestion: a.prepareQuestion,
		Extended: func(ctx context.Context, tx *db.Tx, m room.HookEvent) error {
			return a.Interview.Rooms().HandleExtension(ctx, tx, m.CorpID, m.RoomID, m.By, m.EndsAt)
		},
		Reopened: func(ctx context.Context, tx *db.Tx, m room.HookEvent) error {
			return a.Interview.Rooms().HandleReopening(ctx, tx, m.CorpID, m.RoomID, m.By)
		},
		CandidateWaiting: func(ctx context.Context, tx *db.Tx, m room.HookEvent) error {
			return a.Interview.CandidateWaiting(ctx, tx, m.CorpID, m.RoomID)
		},
	}
}

// describeRoom returns the title and questions of a room's interview. It does not
// check access: the caller has done so.
func (a *App) describeRoom(ctx context.Context, corpID, id string) (room.Description, error) {
	i, err := a.Interview.GetUnchecked(ctx, corpID, id)
	if err != nil {
		return room.Description{}, err
	}
	if err := question.SelectUsed(ctx, a.DB.DB, corpID, id, i.Questions); err != nil {
		return room.Description{}, err
	}
	d := room.Description{Title: i.Title, EndsAt: i.EndsAt}
	for _, q := range i.Questions {
		d.Questions = append(d.Questions, newRoomQuestion(&q))
	}
	return d, nil
}

func newRoomQuestion(q *question.Question) room.Question {
	return room.Question{
		ID: q.ID, Version: q.Version, Title: q.Title, Body: q.Body, Difficulty: string(q.Difficulty),
		Starter: codeByLanguage(q.StarterCode), Tests: newTestOffer(&q.Tests),
		QuestionForStaff: protocol.QuestionForStaff{
			ExpectedMinutes: q.ExpectedMinutes, Hints: q.Hints, FollowUps: q.FollowUps, Solutions: codeByLanguage(q.Solutions), InterviewerNotes: q.InterviewerNotes,
		},
	}
}

// prepareQuestion implements agenda.PrepareFunc with the member's rights of today.
func (a *App) prepareQuestion(ctx context.Context, corpID, roomID, userID, questionID string) (*room.Question, func(context.Context, *db.Tx) error, error) {
	by, err := a.Accounts.FindActor(ctx, corpID, userID)
	if err != nil {
		return nil, nil, err
	}
	q, add, err := questionlist.Service{Interviews: a.Interview, Questions: a.Questions}.PrepareAdd(ctx, by, roomID, questionID)
	if err != nil {
		return nil, nil, err
	}
	shown := newRoomQuestion(q)
	return &shown, add, nil
}

func codeByLanguage(list []question.Source) map[string]string {
	code := make(map[string]string, len(list))
	for _, s := range list {
		code[s.Language] = s.Code
	}
	return code
}

// recordQuestionUse stores the version of a question that the room of an interview shows.
func recordQuestionUse(ctx context.Context, tx *db.Tx, m room.HookEvent, questionID string, version int) error {
	return question.RecordUse(ctx, tx, question.Use{InterviewID: m.RoomID, QuestionID: questionID, CorpID: m.CorpID, Version: version, ShownAt: m.At})
}

func newTestOffer(s *testcase.Suite) *protocol.TestOffer {
	if len(s.Cases) == 0 {
		return nil
	}
	hidden := s.CountHidden()
	return &protocol.TestOffer{Visible: len(s.Cases) - hidden, Hidden: hidden, Function: s.Function, Languages: s.Languages()}
}

// readTestSuite returns the test cases of a question of a room's interview, none for
// another question.
func (a *App) readTestSuite(ctx context.Context, corpID, id, questionID string) (testcase.Suite, error) {
	i, err := a.Interview.GetUnchecked(ctx, corpID, id)
	if err != nil {
		return testcase.Suite{}, err
	}
	if err := question.SelectUsed(ctx, a.DB.DB, corpID, id, i.Questions); err != nil {
		return testcase.Suite{}, err
	}
	for _, q := range i.Questions {
		if q.ID == questionID {
			return q.Tests, nil
		}
	}
	return testcase.Suite{}, nil
}

// syncRoomWithInterview opens or ends the room of an interview that was started,
// ended or cancelled outside the room.
func (a *App) syncRoomWithInterview(ctx context.Context, args interview.RoomArgs, _ job.Attempt) error {
	i, err := a.Interview.GetUnchecked(ctx, args.CorpID, args.InterviewID)
	if err != nil {
		return err
	}
	if args.Over == i.Open() { // it was reopened, or ended, after the job was inserted
		return nil
	}
	if args.Over {
		return a.Rooms.End(ctx, args.CorpID, args.InterviewID, args.By)
	}
	return a.Rooms.Open(ctx, args.CorpID, args.InterviewID, args.By)
}

// evictParticipants disconnects participants from the built-in room of an interview.
func (a *App) evictParticipants(_ context.Context, args interview.EvictArgs, _ job.Attempt) error {
	if args.All {
		a.Rooms.EvictAll(args.CorpID, args.InterviewID)
		return nil
	}
	for _, userID := range args.UserIDs {
		a.Rooms.EvictParticipant(args.CorpID, args.InterviewID, userID)
	}
	if args.Candidate {
		a.Rooms.EvictParticipant(args.CorpID, args.InterviewID, interview.CandidateParticipantID(args.InterviewID))
	}
	return nil
}
