// Package apptest is the test fixture of the assembled product: a database, the
// features, and the HTTP server with clients that are signed in or have a token.
package apptest

import (
	"context"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"path/filepath"
	"strings"
	"testing"
	"testing/fstest"
	"time"

	"github.com/huimian/huimian/internal/account"
	"github.com/huimian/huimian/internal/actor"
	"github.com/huimian/huimian/internal/apitoken"
	"github.com/huimian/huimian/internal/appointment"
	"github.com/huimian/huimian/internal/approval"
	"github.com/huimian/huimian/internal/audit"
	"github.com/huimian/huimian/internal/availability"
	"github.com/huimian/huimian/internal/booking"
	"github.com/huimian/huimian/internal/calibration"
	"github.com/huimian/huimian/internal/candidate"
	"github.com/huimian/huimian/internal/candidatefile"
	"github.com/huimian/huimian/internal/chatanswer"
	"github.com/huimian/huimian/internal/clocktest"
	"github.com/huimian/huimian/internal/consent"
	"github.com/huimian/huimian/internal/customerservice"
	"github.com/huimian/huimian/internal/db"
	"github.com/huimian/huimian/internal/decisionmail"
	"github.com/huimian/huimian/internal/erasure"
	"github.com/huimian/huimian/internal/filestore"
	"github.com/huimian/huimian/internal/hiring"
	"github.com/huimian/huimian/internal/importer"
	"github.com/huimian/huimian/internal/interview"
	"github.com/huimian/huimian/internal/job"
	"github.com/huimian/huimian/internal/latenotice"
	"github.com/huimian/huimian/internal/loop"
	"github.com/huimian/huimian/internal/mailtemplate"
	"github.com/huimian/huimian/internal/member"
	"github.com/huimian/huimian/internal/notification"
	"github.com/huimian/huimian/internal/oidc"
	"github.com/huimian/huimian/internal/pool"
	"github.com/huimian/huimian/internal/position"
	"github.com/huimian/huimian/internal/question"
	"github.com/huimian/huimian/internal/question/health"
	"github.com/huimian/huimian/internal/room"
	"github.com/huimian/huimian/internal/runqueue"
	"github.com/huimian/huimian/internal/sandbox"
	"github.com/huimian/huimian/internal/scorecard"
	"github.com/huimian/huimian/internal/secretbox"
	"github.com/huimian/huimian/internal/server"
	"github.com/huimian/huimian/internal/showmebug"
	"github.com/huimian/huimian/internal/signing"
	"github.com/huimian/huimian/internal/signing/signingtest"
	"github.com/huimian/huimian/internal/smartbot"
	"github.com/huimian/huimian/internal/systemstatus"
	"github.com/huimian/huimian/internal/transcript"
	"github.com/huimian/huimian/internal/webhook"
	"github.com/huimian/huimian/wecom"
	"github.com/huimian/huimian/wecom/callback"
	"github.com/huimian/huimian/wecom/wecomtest"
)

// Fixture is the product behind a real HTTP server, with two companies and no
// WeCom: tests sign in by a route of their own.
type Fixture struct {
	*httptest.Server
	T            testing.TB
	DB           *db.DB
	Accounts     *account.Service
	Tokens       *apitoken.Service
	Interviews   *interview.Service
	Webhooks     *webhook.Service
	Imports      *importer.Service
	ShowMeBug    *showmebug.Service
	Appointments *appointment.Service
	Availability *availability.Service
	Bookings     *booking.Service
	LateNotices  *latenotice.Service
	Loops        *loop.Service
	Pools        *pool.Service
	Hiring       *hiring.Service
	Transcripts  *transcript.Service
	AuditChain   *audit.Chain
	Consents     *consent.Service
	Erasures     *erasure.Service
	Files        *candidatefile.Service
	Health       *health.Service // of questions; programs cannot be run
	Product      *server.Server
	Sim          *wecomtest.Server // set by ConnectSimulator
	Log          *LogBuffer
	Clock        *clocktest.Clock

	Notifications *notification.Service
	MailTemplates *mailtemplate.Service
	DecisionMails *decisionmail.Service
	Calibrations  *calibration.Service

	CustomerService *customerservice.Service
	Approvals       *approval.Service
	SmartBot        *smartbot.Service

	offers int // that CreateOffer has created
}

// PublicURL is the address of the product for its users; the tests connect to Server.URL.
const PublicURL = "https://interview.test"

// Noon is the time at which the fixture's clock starts.
var Noon = clocktest.Noon()

// FrontEndFiles is a built front end.
var FrontEndFiles = fstest.MapFS{
	"index.html":            {Data: []byte("<!doctype html><title>会面</title>" + strings.Repeat("<!-- . -->", 200))},
	"favicon.svg":           {Data: []byte("<svg/>")},
	"assets/main-abc.js":    {Data: []byte(strings.Repeat("console.log('hello');", 200))},
	"assets/main-abc.js.br": {Data: []byte("as brotli")},
}

// members are the members of two companies and their roles.
var members = []struct {
	corp, user, name string
	roles            actor.Roles
	active           bool
}{
	{"acme", "ada", "阿达", actor.Administrator, true},
	{"acme", "rosa", "罗莎", actor.Recruiter, true},
	{"acme", "lin", "林一", actor.Interviewer, true},
	{"acme", "mei", "梅二", actor.Interviewer, true},
	{"acme", "gone", "顾三", actor.Interviewer, false},
	{"other", "eve", "伊芙", actor.Administrator, true},
	{"other", "lin", "别人", actor.Interviewer, true},
}

// New starts the product; change may edit its configuration.
func New(t testing.TB, d *db.DB, change ...func(*server.Config)) *Fixture {
	t.Helper()
	w := &Fixture{T: t, DB: d, Log: &LogBuffer{}, Clock: clocktest.New()}
	logger := slog.New(slog.NewTextHandler(w.Log, &slog.HandlerOptions{Level: slog.LevelDebug}))
	w.newFeatures(logger)
	w.AuditChain = &audit.Chain{DB: d, Keys: w.newSigningKeys(), Logger: logger, Now: w.Clock.Now}
	cfg := server.Config{
		Accounts: w.Accounts, Tokens: w.Tokens, Rooms: w.newRooms(logger), Transcripts: w.Transcripts, ShowMeBug: w.ShowMeBug, Appointments: w.Appointments,
		Questions: &question.Service{DB: d, Now: w.Clock.Now, Assigned: interview.AssignedQuestions, Members: w.membersByID, Location: w.Accounts.Location}, Scorecards: &scorecard.Service{DB: d, Members: w.membersByID, Now: w.Clock.Now},
		QuestionHealth: w.Health,
		Positions:      w.Interviews.Positions, Candidates: w.Interviews.Candidates, Interviews: w.Interviews, Availability: w.Availability, Bookings: w.Bookings, LateNotices: w.LateNotices, Notifications: w.Notifications, MailTemplates: w.MailTemplates, DecisionMails: w.DecisionMails, Approvals: w.Approvals, CustomerService: w.CustomerService, SmartBot: w.SmartBot, Calibrations: w.Calibrations, Pools: w.Pools, Hiring: w.Hiring, Consents: w.Consents, Loops: w.Loops, Erasures: w.Erasures, CandidateFiles: w.Files,
		Audit:    &audit.Service{DB: d, Members: w.membersByID, Now: w.Clock.Now, Chain: w.AuditChain},
		Webhooks: w.Webhooks, Imports: w.Imports, Static: FrontEndFiles, PublicURL: PublicURL,
		Sandbox: sandbox.NewUnavailable("no runsc in tests"), Logger: logger, Now: w.Clock.Now,
		Files: map[string]string{"WW_verify_abc.txt": "abc"}, SystemStatus: systemstatus.New(w.NewStatusConfig()),
	}
	for _, fn := range change {
		fn(&cfg)
	}
	var err error
	if w.Product, err = server.New(cfg); err != nil {
		t.Fatal(err)
	}
	w.insertMembers()
	mux := http.NewServeMux()
	mux.Handle("/", w.Product)
	mux.Handle("/sign-in/{corp}/{user}", w.Accounts.LoadSession(http.HandlerFunc(w.serveSignIn)))
	w.Server = httptest.NewServer(mux)
	t.Cleanup(w.Close)
	return w
}

// NewStatusConfig returns the configuration of the system status of an installation without
// mail, backups and TLS.
func (w *Fixture) NewStatusConfig() systemstatus.Config {
	return systemstatus.Config{
		DB: w.DB, CorpID: "acme", Zone: time.UTC, Now: w.Clock.Now, WeCom: &systemstatus.Calls{}, Mail: &systemstatus.Calls{}, Availability: w.Availability,
		CustomerService: func(context.Context) (systemstatus.CustomerServiceState, error) {
			return systemstatus.CustomerServiceState{}, nil
		},
		SmartBot: func(context.Context) (systemstatus.SmartBotState, error) {
			return systemstatus.SmartBotState{}, nil
		},
		CertificateEnd: func() (time.Time, bool) { return time.Time{}, false },
	}
}

// newFeatures assembles the features, as package app does.
func (w *Fixture) newFeatures(logger *slog.Logger) {
	w.T.Helper()
	now := w.Clock.Now
	queue, err := job.New(w.DB, logger, job.WithClock(w.Clock.Running()))
	if err != nil {
		w.T.Fatal(err)
	}
	box, err := secretbox.NewBox([]byte("a secret"), "webhooks")
	if err != nil {
		w.T.Fatal(err)
	}
	provider, err := oidc.New(oidc.Config{Issuer: "https://login.example.com", ClientID: "huimian", ClientSecret: "secret", Name: "Example login"}) // not contacted
	if err != nil {
		w.T.Fatal(err)
	}
	w.Accounts = account.New(account.Config{
		OIDC: provider, DB: w.DB, Queue: queue, Corp: account.Corp{ID: "acme", Name: "云杉科技", TimeZone: "Asia/Shanghai"},
		PublicURL: PublicURL, Now: now, Logger: logger,
	})
	w.Hiring = &hiring.Service{DB: w.DB, Members: w.membersByID, Now: now}
	w.Accounts.ReadManaged = w.Hiring.ReadManaged
	w.Tokens = apitoken.New(apitoken.Config{DB: w.DB, Queue: queue, Accounts: w.Accounts, Logger: logger, Now: now})
	w.Interviews = interview.New(interview.Config{
		DB: w.DB, Queue: queue, Members: w.membersByID, Now: now,
		Positions: &position.Service{DB: w.DB, Queue: queue, Now: now}, Candidates: &candidate.Service{DB: w.DB, Queue: queue, Now: now},
	})
	w.Availability = availability.New(availability.Config{DB: w.DB, Members: w.membersByID, TimeZone: w.Accounts.TimeZone, Now: now})
	w.ShowMeBug = NewShowMeBug(w.T, w.Interviews, "http://127.0.0.1:1")
	w.Bookings = booking.New(booking.Config{DB: w.DB, Queue: queue, Interviews: w.Interviews, Availability: w.Availability, Box: w.Interviews.Box, Now: now})
	w.Appointments = w.newAppointments(queue, logger)
	w.Pools = pool.New(pool.Config{DB: w.DB, Queue: queue, Interviews: w.Interviews, Availability: w.Availability, Now: now})
	w.CustomerService = customerservice.New(customerservice.Config{
		DB: w.DB, Queue: queue, Interviews: w.Interviews, Client: w.Appointments.Client, Box: w.Interviews.Box, Logger: logger, Now: now,
	})
	w.Interviews.Appointments = w.CustomerService.Follow(w.Pools.Follow(w.Appointments))
	w.Notifications = notification.New(notification.Config{DB: w.DB, Availability: w.Availability, Now: now})
	w.MailTemplates = mailtemplate.New(mailtemplate.Config{DB: w.DB, Members: w.membersByID, Logger: logger, Now: now})
	w.DecisionMails = decisionmail.New(decisionmail.Config{
		DB: w.DB, Interviews: w.Interviews, Availability: w.Availability, Templates: w.MailTemplates, CompanyName: w.Accounts.CompanyName, Now: now,
	})
	w.Approvals = approval.New(approval.Config{
		DB: w.DB, Queue: queue, Interviews: w.Interviews, Client: w.Appointments.Client, PublicURL: PublicURL, Logger: logger, Approved: w.DecisionMails.Release, Now: now,
	})
	w.DecisionMails.Waits = w.Approvals.HoldsMail
	w.Calibrations = calibration.New(calibration.Config{DB: w.DB, Interviews: w.Interviews, Now: now})
	w.LateNotices = latenotice.New(latenotice.Config{DB: w.DB, Interviews: w.Interviews, Now: now})
	w.Loops = loop.New(loop.Config{DB: w.DB, Interviews: w.Interviews, Availability: w.Availability, Pools: w.Pools, Now: now})
	w.Imports = importer.New(importer.Config{DB: w.DB, Queue: queue, Interviews: w.Interviews, Now: now, FindMembers: w.findMembers})
	w.Transcripts = w.newTranscripts(queue, logger)
	store := filestore.NewFolder(filepath.Join(w.T.TempDir(), "files"))
	w.Files = candidatefile.New(candidatefile.Config{DB: w.DB, Queue: queue, Store: store, Members: w.membersByID, Logger: logger, Now: now})
	w.Erasures = erasure.New(erasure.Config{DB: w.DB, Queue: queue, Logger: logger, Members: w.membersByID, Files: store, Now: now})
	w.Health = health.New(health.Config{
		DB: w.DB, Queue: queue, Runner: sandbox.NewUnavailable("no runsc in tests"), RunQueue: runqueue.New(1, 0), Members: w.membersByID, Location: w.Accounts.Location, Logger: logger, Now: now,
	})
	w.SmartBot = smartbot.New(smartbot.Config{
		DB: w.DB, Answers: chatanswer.New(chatanswer.Config{Interviews: w.Interviews, Accounts: w.Accounts, Availability: w.Availability, PublicURL: PublicURL, Now: now}),
		Client: w.Appointments.Client, Box: w.Interviews.Box, PublicURL: PublicURL, Logger: logger, Now: now,
		DedupStore: func(corpID string) callback.DedupStore {
			return &account.CallbackStore{DB: w.DB, CorpID: corpID, Now: now}
		},
	})
	w.Consents = consent.New(consent.Config{DB: w.DB, Members: w.membersByID, Now: now})
	w.Webhooks = webhook.New(webhook.Config{DB: w.DB, Queue: queue, Box: box, Logger: logger, Now: now})
}

// newAppointments returns a service whose jobs do not run.
func (w *Fixture) newAppointments(queue *job.Queue, logger *slog.Logger) *appointment.Service {
	w.T.Helper()
	client, err := wecom.New(wecom.Config{CorpID: "acme", AgentID: 1, Secret: "a-secret", BaseURL: "http://127.0.0.1:1"})
	if err != nil {
		w.T.Fatal(err)
	}
	return appointment.New(appointment.Config{
		DB: w.DB, Queue: queue, Interviews: w.Interviews, Client: client, PublicURL: PublicURL, Logger: logger, Now: w.Clock.Now,
		FindActor: func(_ context.Context, corpID, userID string) (actor.Actor, error) {
			return actor.WithoutRoles(corpID, userID), nil
		},
	})
}

func (w *Fixture) newTranscripts(queue *job.Queue, logger *slog.Logger) *transcript.Service {
	w.T.Helper()
	return transcript.New(transcript.Config{DB: w.DB, Queue: queue, Keys: w.newSigningKeys(), Page: []byte("<!doctype html>" + transcript.PageMark + "<script></script>"), Logger: logger, Now: w.Clock.Now})
}

func (w *Fixture) newSigningKeys() *signing.Keys {
	w.T.Helper()
	return signingtest.NewKeys(w.T, w.DB, "a secret", w.Clock.Now)
}

// newRooms starts the built-in rooms, until the test ends.
func (w *Fixture) newRooms(logger *slog.Logger) *room.Manager {
	w.T.Helper()
	rooms := room.New(room.Config{DB: w.DB, Logger: logger, Now: w.Clock.Running(), Hooks: room.Hooks{
		Describe: func(context.Context, string, string) (room.Description, error) { return room.Description{}, nil },
	}})
	if err := rooms.Start(w.T.Context()); err != nil {
		w.T.Fatal(err)
	}
	w.T.Cleanup(func() { _ = rooms.Stop(context.Background()) })
	return rooms
}

// serveSignIn signs a member in without WeCom.
func (w *Fixture) serveSignIn(_ http.ResponseWriter, r *http.Request) {
	if err := w.Accounts.SignIn(r.Context(), r.PathValue("corp"), r.PathValue("user")); err != nil {
		w.T.Error(err)
	}
}

// NewShowMeBug returns a service for the ShowMeBug at baseURL; it sends no request
// before a company connects.
func NewShowMeBug(t testing.TB, interviews *interview.Service, baseURL string) *showmebug.Service {
	t.Helper()
	box, err := secretbox.NewBox([]byte("a secret"), "rooms")
	if err != nil {
		t.Fatal(err)
	}
	signer, err := secretbox.NewSigner([]byte("a secret"), "pages")
	if err != nil {
		t.Fatal(err)
	}
	s := showmebug.New(showmebug.Config{
		DB: interviews.DB, Queue: interviews.Queue, Interviews: interviews, Box: box, Signer: signer, BaseURL: baseURL,
		PublicURL: PublicURL, Logger: slog.New(slog.DiscardHandler), Now: interviews.Now,
	})
	interviews.Box = box
	interviews.RoomProviders = interview.NewRoomRegistry(showmebug.Rooms{Service: s})
	return s
}

// membersByID looks up members for the domain, as package app does.
func (w *Fixture) membersByID(ctx context.Context, corpID string, ids []string) (map[string]member.Member, error) {
	found, err := w.Accounts.MembersByID(ctx, corpID, ids)
	out := map[string]member.Member{}
	for id, m := range found {
		out[id] = member.Member{UserID: m.UserID, Name: m.Name, Avatar: m.Avatar, Active: m.Active}
	}
	return out, err
}

// findMembers resolves the names of a cell for imports, as package app does.
func (w *Fixture) findMembers(ctx context.Context, corpID, name string) ([]member.Member, error) {
	found, err := w.Accounts.FindMembersByName(ctx, corpID, name)
	var out []member.Member
	for _, m := range found {
		out = append(out, member.Member{UserID: m.UserID, Name: m.Name, Active: m.Active})
	}
	return out, err
}

func (w *Fixture) insertMembers() {
	w.T.Helper()
	err := w.DB.InTx(w.T.Context(), func(ctx context.Context, tx *db.Tx) error {
		for corp, name := range map[string]string{"acme": "云杉科技", "other": "别家公司"} {
			_, err := tx.NewRaw("INSERT INTO corps (corp_id, name, time_zone, created_at) VALUES (?, ?, 'Asia/Shanghai', ?)", corp, name, Noon).Exec(ctx)
			if err != nil {
				return err
			}
		}
		for _, p := range members {
			_, err := tx.NewRaw("INSERT INTO members (corp_id, user_id, name, active, roles, synced_at) VALUES (?, ?, ?, ?, ?, ?)",
				p.corp, p.user, p.name, p.active, p.roles, Noon).Exec(ctx)
			if err != nil {
				return err
			}
		}
		return nil
	})
	if err == nil {
		err = account.RebuildSearch(w.T.Context(), w.DB)
	}
	if err != nil {
		w.T.Fatal(err)
	}
}
