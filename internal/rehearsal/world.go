package rehearsal

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"net"
	"net/url"
	"path/filepath"
	"time"

	"github.com/huimian/huimian/internal/app"
	"github.com/huimian/huimian/showmebug/showmebugtest"
	"github.com/huimian/huimian/wecom/wecomtest"
)

// The synthetic company.
const (
	corpID      = "wwrehearsal000001"
	agentID     = 1000002
	companyName = "演练科技"
	language    = "zh-CN"

	showMeBugKey    = "rehearsal-key"
	showMeBugSecret = "rehearsal-secret-0123456789"
)

// world is the product with its database and both simulators.
type world struct {
	config app.Config
	clock  *clock
	logger *slog.Logger
	least  time.Duration

	wecom  *wecomtest.Server
	pads   *showmebugtest.Server
	gate   *gate // in front of WeCom
	app    *app.App
	jobs   int // that have run
	starts int // of the product
	people map[string]*member

	browsers int // so far
}

func newWorld(ctx context.Context, o *Options, now *clock, dir string) (*world, error) {
	w := &world{clock: now, logger: o.Logger, least: o.LeastInterval, people: map[string]*member{}}
	size := 200 * max(o.Interviews, 100)
	w.wecom = &wecomtest.Server{
		Now: now.Now, Seed: o.Seed + 1, LogLimit: size,
		Limits: wecomtest.Limits{Messages: size, Chat: size, Codes: size, Records: size, TextBytes: 1 << 31},
	}
	w.pads = &showmebugtest.Server{Now: now.Now, Seed: o.Seed + 1}
	var err error
	if w.gate, err = newGate(ctx, w.wecom); err != nil {
		return nil, err
	}
	w.wecom.BaseURL = w.gate.url
	if err := w.pads.Start("127.0.0.1:0"); err != nil {
		return nil, errors.Join(err, w.gate.closeServer())
	}
	if err := w.setConfig(ctx, o, now, dir); err != nil {
		return nil, errors.Join(err, w.closeAll(ctx))
	}
	w.addCompany(o.Members)
	if err := w.startProduct(ctx); err != nil {
		return nil, errors.Join(err, w.closeAll(ctx))
	}
	return w, nil
}

// setConfig sets the configuration of the product, which keeps its address after a restart.
func (w *world) setConfig(ctx context.Context, o *Options, now *clock, dir string) error {
	l, err := new(net.ListenConfig).Listen(ctx, "tcp", "127.0.0.1:0")
	if err != nil {
		return fmt.Errorf("finding a free port: %w", err)
	}
	address := l.Addr().String()
	if err := l.Close(); err != nil {
		return fmt.Errorf("finding a free port: %w", err)
	}
	w.config = app.Config{
		Listen: address, PublicURL: "http://" + address, DatabaseURL: o.DatabaseURL,
		CompanyName: companyName, TimeZone: "Asia/Shanghai", Administrators: []string{administrator},
		Sandbox: app.Sandbox{Mode: app.SandboxOff}, Mail: app.Mail{Provider: app.MailProviderWeCom},
		Files:      app.Files{Dir: filepath.Join(dir, "files")},
		ShowMeBug:  app.ShowMeBug{ClientID: showMeBugKey, ClientSecret: showMeBugSecret, BaseURL: w.pads.URL()},
		Simulation: &app.Simulation{Now: now.Now}, TrustProxy: true, // a browser sends its own address
		WeCom: app.WeCom{
			CorpID: corpID, AgentID: agentID, Secret: "rehearsal-secret", Token: "rehearsaltoken",
			EncodingAESKey: "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQ",
			BaseURL:        w.gate.url, OAuthURL: w.gate.url, LoginURL: w.gate.url,
		},
	}
	if w.config.DatabaseURL == "" {
		w.config.DatabaseURL = filepath.Join(dir, "rehearsal.db")
	}
	return nil
}

func (w *world) addCompany(members int) {
	cfg := &w.config
	w.wecom.AddCorp(wecomtest.Corp{ID: corpID, Name: companyName, Accounts: members})
	w.wecom.AddDepartment(wecomtest.Department{CorpID: corpID, ID: 2, ParentID: 1, Name: "研发部"})
	public, _ := url.Parse(cfg.PublicURL) // built by configure
	for n := range members {
		w.wecom.AddMember(wecomtest.Member{CorpID: corpID, UserID: userID(n), Name: memberName(n), Departments: []int64{2}, Email: userID(n) + "@rehearsal.example"})
	}
	w.wecom.AddApp(wecomtest.App{
		CorpID: corpID, AgentID: agentID, Name: "会面", Secret: string(cfg.WeCom.Secret), HomeURL: cfg.PublicURL + "/",
		CallbackURL:   fmt.Sprintf("%s/wecom/callback/%s/%d", cfg.PublicURL, corpID, agentID),
		CallbackToken: string(cfg.WeCom.Token), EncodingAESKey: string(cfg.WeCom.EncodingAESKey),
		TrustedDomains: []string{public.Host}, SensitiveFields: true,
	})
	w.pads.AddTeam(showmebugtest.Team{
		Name: companyName, Email: userID(0) + "@rehearsal.example", ClientID: showMeBugKey, ClientSecret: showMeBugSecret, Quota: 100_000,
		CallbackURL: cfg.PublicURL + "/showmebug/callback/" + corpID,
		Members:     []showmebugtest.Member{{UID: administrator, Name: memberName(0), Email: userID(0) + "@rehearsal.example"}},
	})
}

// startProduct starts the product on its database.
func (w *world) startProduct(ctx context.Context) error {
	a, err := app.New(ctx, w.config, w.logger)
	if err != nil {
		return err
	}
	a.Queue.SetLeastInterval(w.least)
	w.app = a
	w.starts++
	return a.Start(ctx)
}

// restartProduct starts the product again after its process was killed: what it had not stored is lost.
func (w *world) restartProduct(ctx context.Context) error {
	w.stopAtOnce(ctx)
	for _, b := range w.people {
		b.CloseIdleConnections()
	}
	return w.startProduct(ctx)
}

// stopAtOnce stops the product without letting anything finish.
func (w *world) stopAtOnce(ctx context.Context) {
	ended, cancel := context.WithCancel(ctx)
	cancel()
	if err := w.app.Stop(ended); err != nil {
		w.logger.DebugContext(ctx, "killed", "error", err)
	}
}

// runJobs runs the jobs that are due, unless the process is killed meanwhile.
func (w *world) runJobs(ctx context.Context) (killed bool, err error) {
	alive, kill := context.WithCancel(ctx)
	defer kill()
	w.gate.setKill(kill)
	n, err := w.app.Queue.RunDue(alive)
	w.jobs += n
	if alive.Err() != nil && ctx.Err() == nil {
		return true, nil
	}
	return false, err
}

func (w *world) closeAll(ctx context.Context) error {
	if w.app != nil {
		w.stopAtOnce(ctx)
	}
	w.wecom.Close()
	w.pads.Close()
	return w.gate.closeServer()
}
