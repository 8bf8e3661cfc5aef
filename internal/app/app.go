// Package app assembles the product: it reads the settings, creates the parts,
// starts them in order and stops them in reverse order. It contains wiring and no
// business rules.
package app

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"net"
	"net/http"
	"net/url"
	"os"
	"path/filepath"
	"runtime"
	"runtime/debug"
	"strings"
	"time"
	_ "time/tzdata" // a container may have no time zone database

	"github.com/huimian/huimian/internal/account"
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
	"github.com/huimian/huimian/internal/consent"
	"github.com/huimian/huimian/internal/customerservice"
	"github.com/huimian/huimian/internal/db"
	"github.com/huimian/huimian/internal/decisionmail"
	"github.com/huimian/huimian/internal/digest"
	"github.com/huimian/huimian/internal/erasure"
	"github.com/huimian/huimian/internal/filestore"
	"github.com/huimian/huimian/internal/hiring"
	"github.com/huimian/huimian/internal/importer"
	"github.com/huimian/huimian/internal/interview"
	"github.com/huimian/huimian/internal/job"
	"github.com/huimian/huimian/internal/latenotice"
	"github.com/huimian/huimian/internal/loop"
	"github.com/huimian/huimian/internal/mailtemplate"
	"github.com/huimian/huimian/internal/notification"
	"github.com/huimian/huimian/internal/notify"
	"github.com/huimian/huimian/internal/oidc"
	"github.com/huimian/huimian/internal/pool"
	"github.com/huimian/huimian/internal/position"
	"github.com/huimian/huimian/internal/question"
	"github.com/huimian/huimian/internal/question/health"
	"github.com/huimian/huimian/internal/room"
	"github.com/huimian/huimian/internal/runner"
	"github.com/huimian/huimian/internal/sandbox"
	"github.com/huimian/huimian/internal/scorecard"
	"github.com/huimian/huimian/internal/server"
	"github.com/huimian/huimian/internal/showmebug"
	"github.com/huimian/huimian/internal/smartbot"
	"github.com/huimian/huimian/internal/tlscert"
	"github.com/huimian/huimian/internal/tracing"
	"github.com/huimian/huimian/internal/transcript"
	"github.com/huimian/huimian/internal/webhook"
	"github.com/huimian/huimian/web"
	"github.com/huimian/huimian/wecom"
	"github.com/huimian/huimian/wecom/callback"
)

// Timeouts of the HTTP servers. There is no write timeout, because WebSockets stay
// open for hours.
const (
	readHeaderTimeout = 10 * time.Second
	idleTimeout       = 2 * time.Minute
)

// App holds the parts of the product in one process.
type App struct {
	Config       Config
	tracer       *tracing.Tracer // nil unless it is configured
	DB           *db.DB
	Queue        *job.Queue
	Accounts     *account.Service
	APITokens    *apitoken.Service
	Questions    *question.Service
	Health       *health.Service // of questions
	Positions    *position.Service
	Hiring       *hiring.Service
	Candidates   *candidate.Service
	Scorecards   *scorecard.Service
	Interview    *interview.Service
	Appointments *appointment.Service
	AuditChain   *audit.Chain
	Availability *availability.Service
	Bookings     *booking.Service
	LateNotices  *latenotice.Service
	Pools        *pool.Service
	Loops        *loop.Service
	Rooms        *room.Manager
	Transcripts  *transcript.Service
	Consents     *consent.Service
	Erasures     *erasure.Service
	Files        *candidatefile.Service
	Webhooks     *webhook.Service
	Importer     *importer.Service
	Sandbox      sandbox.Runner
	ShowMeBug    *showmebug.Service
	Server       *server.Server

	Notifications *notification.Service
	Digests       *digest.Service
	MailTemplates *mailtemplate.Service
	DecisionMails *decisionmail.Service
	Calibrations  *calibration.Service

	CustomerService *customerservice.Service
	Approvals       *approval.Service
	Answers         *chatanswer.Service
	SmartBot        *smartbot.Service

	log          *slog.Logger
	wecomMetrics *wecomMetrics
	metrics      *metrics
	boxes        boxes
	fileStore    filestore.Store
	oidc         *oidc.Provider // nil without one
	listener     net.Listener
	certificate  *tlscert.Source // nil without the built-in TLS
	servers      []*http.Server
}

// Run serves until ctx is cancelled and returns when everything has stopped.
func Run(ctx context.Context, cfg Config) error {
	if err := errors.Join(cfg.LoadSecrets(), cfg.CheckSettings()); err != nil {
		return err
	}
	a, err := New(ctx, cfg, NewLogger(cfg))
	if err != nil {
		return err
	}
	a.warnAboutSettings(ctx)
	if err := a.Start(ctx); err != nil {
		return errors.Join(err, a.stopWithTimeout(ctx))
	}
	a.log.InfoContext(ctx, "serving", "address", a.Addr(), "public", cfg.PublicURL, "database", a.DB.Dialect(), "version", Version())
	<-ctx.Done()
	a.Server.Drain()
	time.Sleep(cfg.ShutdownDelay)
	return a.stopWithTimeout(ctx)
}

// stopWithTimeout calls Stop with the configured ShutdownTimeout.
func (a *App) stopWithTimeout(ctx context.Context) error {
	ctx, cancel := context.WithTimeout(context.WithoutCancel(ctx), a.Config.ShutdownTimeout)
	defer cancel()
	return a.Stop(ctx)
}

// NewLogger returns a logger with the configured level and format. It writes to
// standard error.
func NewLogger(cfg Config) *slog.Logger {
	opts := &slog.HandlerOptions{Level: cfg.LogLevel}
	if cfg.LogFormat == "text" {
		return slog.New(slog.NewTextHandler(os.Stderr, opts))
	}
	return slog.New(slog.NewJSONHandler(os.Stderr, opts))
}

// Version returns the module version and, if known, the abbreviated VCS revision.
func Version() string {
	info, ok := debug.ReadBuildInfo()
	if !ok {
		return "unknown"
	}
	version := []string{info.Main.Version}
	for _, s := range info.Settings {
		if s.Key == "vcs.revision" {
			version = append(version, s.Value[:min(12, len(s.Value))])
		}
	}
	return strings.Join(version, " ")
}

// BuildInfo describes the program.
type BuildInfo struct {
	Version  string `json:"version"`
	Revision string `json:"revision,omitempty"` // of the sources, "" if unknown
	Go       string `json:"go"`
	Platform string `json:"platform"`
	Schema   int64  `json:"schema"` // version of the database that the program migrates to
}

// ReadBuildInfo returns the description of this program.
func ReadBuildInfo() (BuildInfo, error) {
	b := BuildInfo{Version: "unknown", Go: runtime.Version(), Platform: runtime.GOOS + "/" + runtime.GOARCH}
	if info, ok := debug.ReadBuildInfo(); ok {
		b.Version = info.Main.Version
		for _, s := range info.Settings {
			if s.Key == "vcs.revision" {
				b.Revision = s.Value
			}
		}
	}
	var err error
	b.Schema, err = db.LatestVersion()
	return b, err
}

func openDatabase(ctx context.Context, cfg Config) (*db.DB, error) {
	if path := strings.TrimPrefix(cfg.DatabaseURL, "sqlite://"); !strings.Contains(path, "://") {
		if err := os.MkdirAll(filepath.Dir(path), 0o700); err != nil {
			return nil, fmt.Errorf("creating the folder of the database: %w", err)
		}
	}
	return db.Open(ctx, cfg.DatabaseURL, db.MaxConnections(cfg.DatabaseMaxConnections))
}

// New migrates the database and creates every part. Nothing runs before Start.
func New(ctx context.Context, cfg Config, logger *slog.Logger) (*App, error) {
	cfg.normalize()
	a := &App{Config: cfg, log: logger}
	if err := a.startTracing(ctx); err != nil {
		return nil, err
	}
	a.wecomMetrics, a.metrics = newWeComMetrics(a.tracer), newMetrics(a.tracer)
	var err error
	if a.fileStore, err = cfg.newFileStore(); err != nil {
		return nil, err
	}
	if a.oidc, err = cfg.newOIDC(); err != nil {
		return nil, err
	}
	if a.DB, err = openDatabase(ctx, cfg); err != nil {
		return nil, err
	}
	if err := a.createParts(ctx); err != nil {
		return nil, errors.Join(err, a.DB.Close())
	}
	return a, nil
}

// startTracing starts the tracer, if the environment configures one, and adds ids of
// traces to the log.
func (a *App) startTracing(ctx context.Context) error {
	build, err := ReadBuildInfo()
	if err != nil {
		return err
	}
	if a.tracer, err = tracing.Start(ctx, a.Config.TracesEndpoint, build.Version, a.log); err == nil && a.tracer != nil {
		a.log = tracing.WithTraceIDs(a.log)
	}
	return err
}

func (a *App) createParts(ctx context.Context) (err error) {
	if err := a.DB.LockFile(); err != nil {
		return err
	}
	a.DB.ObserveCommit = a.metrics.observeCommit
	if _, err := job.Migrate(ctx, a.DB); err != nil {
		return err
	}
	if err := rebuildSearch(ctx, a.DB); err != nil {
		return err
	}
	if a.Queue, err = job.New(a.DB, a.log.With("part", "jobs"), append(a.Config.queueOptions(), job.WithObserver(a.metrics.observeJob), job.WithTracer(a.tracer))...); err != nil {
		return err
	}
	if a.boxes, err = newBoxes(&a.Config); err != nil {
		return err
	}
	if a.certificate, err = a.newCertificate(); err != nil {
		return err
	}
	a.registerMaintenance()
	client, err := a.newClient()
	if err != nil {
		return err
	}
	a.Accounts = a.newAccounts(client)
	a.Hiring = &hiring.Service{DB: a.DB, Members: a.findInterviewMembers, Now: a.Config.currentTime}
	a.Accounts.ReadManaged = a.Hiring.ReadManaged
	if err := a.Accounts.SaveCorp(ctx); err != nil {
		return err
	}
	a.APITokens = apitoken.New(apitoken.Config{DB: a.DB, Queue: a.Queue, Accounts: a.Accounts, Logger: a.log.With("part", "access"), Now: a.Config.currentTime})
	a.Questions, a.Scorecards = &question.Service{DB: a.DB, Assigned: interview.AssignedQuestions, Members: a.findInterviewMembers, Location: a.Accounts.Location, Now: a.Config.currentTime}, &scorecard.Service{DB: a.DB, Members: a.findInterviewMembers, Now: a.Config.currentTime}
	a.Positions, a.Candidates = &position.Service{DB: a.DB, Queue: a.Queue, Now: a.Config.currentTime}, &candidate.Service{DB: a.DB, Queue: a.Queue, Now: a.Config.currentTime}
	a.Interview = interview.New(interview.Config{
		DB: a.DB, Queue: a.Queue, Positions: a.Positions, Candidates: a.Candidates, Members: a.findInterviewMembers, Box: a.boxes.rooms, Now: a.Config.currentTime,
	})
	a.Interview.Register(a.Queue)
	a.Availability = availability.New(availability.Config{DB: a.DB, Members: a.Interview.Members, TimeZone: a.Accounts.TimeZone, Now: a.Config.currentTime})
	a.Bookings = booking.New(booking.Config{DB: a.DB, Queue: a.Queue, Interviews: a.Interview, Availability: a.Availability, Box: a.boxes.rooms, Now: a.Config.currentTime})
	a.Pools = pool.New(pool.Config{DB: a.DB, Queue: a.Queue, Interviews: a.Interview, Availability: a.Availability, Now: a.Config.currentTime})
	a.Notifications = notification.New(notification.Config{DB: a.DB, Availability: a.Availability, Now: a.Config.currentTime})
	a.Digests = digest.New(digest.Config{
		DB: a.DB, Queue: a.Queue, Interviews: a.Interview, Availability: a.Availability, Recruiters: a.Accounts.RecruitersOf, Logger: a.log.With("part", "digest"), Now: a.Config.currentTime,
	})
	a.LateNotices = latenotice.New(latenotice.Config{DB: a.DB, Interviews: a.Interview, Now: a.Config.currentTime})
	a.Loops = loop.New(loop.Config{DB: a.DB, Interviews: a.Interview, Availability: a.Availability, Pools: a.Pools, Now: a.Config.currentTime})
	a.MailTemplates = mailtemplate.New(mailtemplate.Config{DB: a.DB, Members: a.Interview.Members, Logger: a.log.With("part", "mail templates"), Now: a.Config.currentTime})
	a.DecisionMails = decisionmail.New(decisionmail.Config{
		DB: a.DB, Interviews: a.Interview, Availability: a.Availability, Templates: a.MailTemplates, CompanyName: a.Accounts.CompanyName, Now: a.Config.currentTime,
	})
	a.Approvals = a.newApprovals(client)
	a.CustomerService = a.newCustomerService(client)
	a.Answers = chatanswer.New(chatanswer.Config{Interviews: a.Interview, Accounts: a.Accounts, Availability: a.Availability, PublicURL: a.Config.PublicURL, Now: a.Config.currentTime})
	a.SmartBot = a.newSmartBot(client)
	a.Calibrations = calibration.New(calibration.Config{DB: a.DB, Interviews: a.Interview, Now: a.Config.currentTime})
	messages := a.newNotify(client)
	a.Appointments = a.newAppointments(client)
	a.Interview.Appointments = a.CustomerService.Follow(a.Pools.Follow(a.Appointments))
	a.ShowMeBug = a.newShowMeBug(client)
	a.Interview.RoomProviders = roomProviders(a.ShowMeBug)
	a.Webhooks, a.Erasures, a.Files = a.newWebhooks(), a.newErasures(), a.newCandidateFiles()
	a.Consents = consent.New(consent.Config{DB: a.DB, Members: a.Interview.Members, RoomLogDays: a.Config.Retention.RoomLogs, Now: a.Config.currentTime})
	a.Importer = importer.New(importer.Config{DB: a.DB, Queue: a.Queue, Interviews: a.Interview, FindMembers: a.findMembersByName, Now: a.Config.currentTime})
	var runSlots int
	if a.Sandbox, runSlots, err = a.newSandbox(ctx); err != nil {
		return err
	}
	if a.Transcripts, err = a.newTranscripts(); err != nil {
		return err
	}
	a.Rooms = room.New(room.Config{
		DB: a.DB, Runner: a.Sandbox, RunSlots: runSlots, CompanyRunSlots: a.Config.Sandbox.CompanySlots, Hooks: a.roomHooks(), Logger: a.log.With("part", "rooms"), Now: a.Config.currentTime,
	})
	a.Health = health.New(health.Config{
		DB: a.DB, Queue: a.Queue, Runner: a.Sandbox, RunQueue: a.Rooms.RunQueue(), Members: a.Interview.Members, Location: a.Accounts.Location, Logger: a.log.With("part", "questions"), Now: a.Config.currentTime,
	})
	job.AddWorker(a.Queue, a.syncRoomWithInterview)
	job.AddWorker(a.Queue, a.evictParticipants)
	a.Server, err = a.newServer(messages) //nolint:contextcheck // handlers use the contexts of their requests
	return err
}

func (a *App) newClient() (*wecom.Client, error) {
	w := a.Config.WeCom
	tokens := account.NewTokenStore(a.DB, w.CorpID, a.boxes.tokens, a.Config.currentTime)
	return wecom.New(wecom.Config{
		CorpID: w.CorpID, AgentID: w.AgentID, Secret: w.Secret, TokenStore: tokens,
		BaseURL: w.BaseURL, OAuthURL: w.OAuthURL, LoginURL: w.LoginURL, Logger: a.log.With("part", "wecom"),
		Observe: a.wecomMetrics.recordAttempt, HTTPClient: a.Config.readingClient(readsWeCom),
		Now: a.Config.currentTime, Sleep: a.Config.Simulation.newSleep(),
	})
}

func (a *App) newAccounts(client *wecom.Client) *account.Service {
	c := a.Config
	return account.New(account.Config{
		DB: a.DB, Queue: a.Queue, Client: client, OIDC: a.oidc,
		Corp:           account.Corp{ID: c.WeCom.CorpID, Name: c.CompanyName, TimeZone: c.TimeZone},
		Administrators: c.Administrators, SecureCookies: c.usesHTTPS(), PublicURL: c.PublicURL, Logger: a.log, Now: a.Config.currentTime,
	})
}

func (a *App) newNotify(client *wecom.Client) *notify.Service {
	return notify.New(notify.Config{
		DB: a.DB, Queue: a.Queue, Interview: a.Interview, Availability: a.Availability, LateNotices: a.LateNotices, Bookings: a.Bookings, Pools: a.Pools, Account: a.Accounts, Client: client,
		Notifications: a.Notifications, Digests: a.Digests, Templates: a.MailTemplates, DecisionMails: a.DecisionMails, Answers: a.Answers, CustomerService: a.CustomerService, Calibrations: a.Calibrations, ReadExamMail: a.readExamMail,
		Mail:      a.Config.Mail.NewSender(client, a.metrics.observeMail),
		PublicURL: a.Config.PublicURL, Logger: a.log.With("part", "notify"), Now: a.Config.currentTime,
	})
}

func (a *App) newAppointments(client *wecom.Client) *appointment.Service {
	return appointment.New(appointment.Config{
		DB: a.DB, Queue: a.Queue, Interviews: a.Interview, Client: client, FindActor: a.Accounts.FindActor,
		PublicURL: a.Config.PublicURL, Logger: a.log.With("part", "appointments"), Now: a.Config.currentTime,
	})
}

// newApprovals returns the approvals, for which the mails with results can wait.
func (a *App) newApprovals(client *wecom.Client) *approval.Service {
	s := approval.New(approval.Config{
		DB: a.DB, Queue: a.Queue, Interviews: a.Interview, Client: client, PublicURL: a.Config.PublicURL, Approved: a.DecisionMails.Release,
		Logger: a.log.With("part", "approvals"), Now: a.Config.currentTime,
	})
	a.DecisionMails.Waits = s.HoldsMail
	return s
}

func (a *App) newCustomerService(client *wecom.Client) *customerservice.Service {
	return customerservice.New(customerservice.Config{
		DB: a.DB, Queue: a.Queue, Interviews: a.Interview, Client: client, Box: a.boxes.rooms, Logger: a.log.With("part", "customer service"), Now: a.Config.currentTime,
	})
}

func (a *App) newSmartBot(client *wecom.Client) *smartbot.Service {
	return smartbot.New(smartbot.Config{
		DB: a.DB, Answers: a.Answers, Client: client, Box: a.boxes.rooms, PublicURL: a.Config.PublicURL, Logger: a.log.With("part", "smart bot"), Now: a.Config.currentTime, Clock: a.Config.callbackClock(),
		DedupStore: func(corpID string) callback.DedupStore {
			return &account.CallbackStore{DB: a.DB, CorpID: corpID, Now: a.Config.currentTime}
		},
	})
}

func (a *App) newWebhooks() *webhook.Service {
	return webhook.New(webhook.Config{
		DB: a.DB, Queue: a.Queue, Box: a.boxes.webhooks, AllowPrivate: a.Config.Webhook.AllowPrivate,
		DeliveryDays: a.Config.Retention.Deliveries, EventDays: a.Config.Retention.Events, Logger: a.log.With("part", "webhooks"),
		Observe: a.metrics.observeWebhook, Now: a.Config.currentTime,
	})
}

// newSandbox returns the runner of programs. With runners, the queue of this process
// does not limit their number: the runners have slots of their own.
func (a *App) newSandbox(ctx context.Context) (r sandbox.Runner, slots int, err error) {
	settings := a.Config.Sandbox
	logger := a.log.With("part", "sandbox")
	switch settings.Mode {
	case SandboxOff:
		return sandbox.NewUnavailable("HUIMIAN_SANDBOX is off"), settings.Slots, nil
	case SandboxRunners:
		r, err = runner.NewClient(ctx, runner.ClientConfig{DB: a.DB, CompanySlots: settings.CompanySlots, Logger: logger})
		return r, runner.MaxRequests, err
	default:
		r, err = sandbox.New(ctx, settings.Settings(logger))
		return r, settings.Slots, err
	}
}

func (a *App) newServer(messages *notify.Service) (*server.Server, error) {
	w := a.Config.WeCom
	receive, err := callback.New(callback.Config{
		Token: w.Token, EncodingAESKey: w.EncodingAESKey, ReceiveID: w.CorpID,
		Handle: messages.Receive, Logger: a.log.With("part", "callback"),
		DedupStore: &account.CallbackStore{DB: a.DB, CorpID: w.CorpID, Now: a.Config.currentTime}, Now: a.Config.callbackClock(),
	})
	if err != nil {
		return nil, fmt.Errorf("HUIMIAN_WECOM_TOKEN or HUIMIAN_WECOM_ENCODING_AES_KEY: %w", err)
	}
	files, err := a.domainFile()
	if err != nil {
		return nil, err
	}
	proxies, err := a.Config.TrustedNetworks()
	if err != nil {
		return nil, err
	}
	status, err := a.newSystemStatus()
	if err != nil {
		return nil, err
	}
	s, err := server.New(server.Config{
		Accounts: a.Accounts, Tokens: a.APITokens, Rooms: a.Rooms, Transcripts: a.Transcripts, ShowMeBug: a.ShowMeBug, Appointments: a.Appointments, Sandbox: a.Sandbox, Webhooks: a.Webhooks, Imports: a.Importer,
		Questions: a.Questions, QuestionHealth: a.Health, Positions: a.Positions, Candidates: a.Candidates, Scorecards: a.Scorecards, Interviews: a.Interview, Consents: a.Consents, Erasures: a.Erasures, CandidateFiles: a.Files,
		Availability: a.Availability, Bookings: a.Bookings, LateNotices: a.LateNotices, Notifications: a.Notifications, MailTemplates: a.MailTemplates, DecisionMails: a.DecisionMails, Approvals: a.Approvals, CustomerService: a.CustomerService, SmartBot: a.SmartBot, Calibrations: a.Calibrations, Pools: a.Pools, Loops: a.Loops, Hiring: a.Hiring, Audit: &audit.Service{DB: a.DB, Members: a.Interview.Members, Chain: a.AuditChain, Now: a.Config.currentTime},
		Static: web.FS(), PublicURL: a.Config.PublicURL, Logger: a.log, Files: files,
		Callbacks:      map[string]http.Handler{fmt.Sprintf("%s/%d", w.CorpID, w.AgentID): receive},
		ImageOrigins:   insecureOrigins(w.BaseURL),
		MailConfigured: a.Config.Mail.IsConfigured(), SendsNothing: a.Config.SendsNothing(),
		WeComState: a.weComState, DescribeRunners: a.describeRunners, TrustProxy: a.Config.TrustProxy, TrustedProxies: proxies, SeparateMetrics: a.Config.MetricsListen != "",
		Tracer: a.tracer, SystemStatus: status, Now: a.Config.currentTime,
	})
	if err != nil {
		return nil, err
	}
	s.Registry().MustRegister(a.collectors()...)
	return s, nil
}

// insecureOrigins returns the origin of WeCom's base URL if it is http, as that of
// the simulator is.
func insecureOrigins(address string) []string {
	u, err := url.Parse(address)
	if err != nil || u.Scheme != "http" {
		return nil
	}
	return []string{"http://" + u.Host}
}

// domainFile returns the domain verification file of WeCom by its URL path, if one
// is configured.
func (a *App) domainFile() (map[string]string, error) {
	path := a.Config.WeCom.DomainFile
	if path == "" {
		return nil, nil //nolint:nilnil // no file is no files
	}
	body, err := os.ReadFile(path)
	if err != nil {
		return nil, fmt.Errorf("reading HUIMIAN_WECOM_DOMAIN_FILE: %w", err)
	}
	return map[string]string{filepath.Base(path): string(body)}, nil
}

// weComState returns "ok" or "unavailable", depending on the last call of this
// process and on the last synchronization of the contacts, which all replicas share.
func (a *App) weComState(ctx context.Context) string {
	st, err := a.Accounts.GetSyncState(ctx, a.Config.WeCom.CorpID)
	if err != nil || st.State == "failed" || a.wecomMetrics.lastFailed.Load() {
		return "unavailable"
	}
	return "ok"
}
