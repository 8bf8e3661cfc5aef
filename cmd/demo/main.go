// Command demo runs the product, the simulators of WeCom and ShowMeBug and a sample
// company in one process, for demonstration and for the browser tests. Production
// programs do not link the simulators.
package main

import (
	"context"
	"crypto/rand"
	"errors"
	"fmt"
	"log/slog"
	"net"
	"os"
	"os/signal"
	"path/filepath"
	"syscall"
	"time"

	"github.com/alecthomas/kong"

	"github.com/huimian/huimian/internal/actor"
	"github.com/huimian/huimian/internal/app"
	"github.com/huimian/huimian/internal/cluster"
	"github.com/huimian/huimian/internal/customerservice"
	"github.com/huimian/huimian/internal/doctor"
	"github.com/huimian/huimian/internal/smartbot"
	"github.com/huimian/huimian/internal/trial"
	"github.com/huimian/huimian/showmebug/showmebugtest"
	"github.com/huimian/huimian/wecom"
	"github.com/huimian/huimian/wecom/wecomtest"
)

// options are the flags of the program. All have working defaults.
type options struct {
	Listen          string      `default:"127.0.0.1:8080" help:"TCP address of the product; port 0 selects a free one."`
	PublicURL       string      `help:"URL at which browsers reach the product; default: http:// and the listen address."`
	WeComListen     string      `name:"wecom-listen" default:"127.0.0.1:8090" help:"TCP address of the WeCom simulator; port 0 selects a free one."`
	ShowMeBugListen string      `name:"showmebug-listen" default:"127.0.0.1:8100" help:"TCP address of the ShowMeBug simulator; port 0 selects a free one."`
	ShowMeBugByHand bool        `name:"showmebug-by-hand" help:"Do not connect the company to ShowMeBug, so that an administrator can do it in the settings."`
	DatabaseURL     string      `help:"postgres://… or the path of a SQLite file; default: a temporary file."`
	LogLevel        slog.Level  `default:"warn" help:"debug, info, warn or error."`
	Empty           bool        `help:"Create the company only, without sample interviews."`
	Sandbox         app.Sandbox `embed:"" prefix:"sandbox-"`
}

func main() {
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
	var err error
	if cluster.IsReplica() { // a process of a trial
		err = cluster.ServeReplica(ctx)
	} else {
		var o options
		kong.Parse(&o, kong.Name("demo"), kong.Description("Huimian with simulators of WeCom and ShowMeBug and a sample company."))
		err = run(ctx, o)
	}
	stop()
	if err != nil {
		fmt.Fprintln(os.Stderr, "demo:", err)
		os.Exit(1)
	}
}

func run(ctx context.Context, o options) error {
	dir, err := os.MkdirTemp("", "huimian-demo")
	if err != nil {
		return fmt.Errorf("creating a temporary folder: %w", err)
	}
	defer func() { _ = os.RemoveAll(dir) }()
	cfg, err := configure(ctx, o, dir)
	if err != nil {
		return err
	}
	replica, err := cluster.ReplicaOfProgram()
	if err != nil {
		return err
	}
	trials := trial.New(ctx, replica)
	sim := &wecomtest.Server{NoQuotas: true, OperatorPages: []wecomtest.OperatorPage{{Path: trial.Path, Labels: trial.Labels(), Handler: trials.Routes()}}}
	if err := sim.Start(o.WeComListen); err != nil {
		return err
	}
	defer sim.Close()
	cfg.WeCom.BaseURL, cfg.WeCom.OAuthURL, cfg.WeCom.LoginURL = sim.URL(), sim.URL(), sim.URL()
	cfg.WeCom.Clock = sim.Time
	addCompany(sim, cfg)
	bot := botSecrets{wecom.Secret(rand.Text()), wecom.Secret((rand.Text() + rand.Text())[:43])}
	addSmartBot(sim, cfg.PublicURL, bot)
	pads := &showmebugtest.Server{}
	if err := pads.Start(o.ShowMeBugListen); err != nil {
		return err
	}
	defer pads.Close()
	team := connectShowMeBug(pads, &cfg, o.ShowMeBugByHand)

	a, err := app.New(ctx, cfg, app.NewLogger(cfg))
	if err != nil {
		return err
	}
	if err := prepareSample(ctx, a, bot, o.Empty, &pastRooms{sim: pads, team: team}); err != nil {
		return errors.Join(err, stopApp(ctx, a))
	}
	if err := a.Start(ctx); err != nil {
		return errors.Join(err, stopApp(ctx, a))
	}
	printAddresses(sim.URL(), pads.URL(), cfg.PublicURL)
	<-ctx.Done()
	return errors.Join(stopTrials(ctx, a.Config, trials), stopApp(ctx, a))
}

// prepareSample synchronizes the contacts, as the hourly job does, and writes the sample
// company's interviews.
func prepareSample(ctx context.Context, a *app.App, bot botSecrets, empty bool, rooms *pastRooms) error {
	if err := a.Accounts.Sync(ctx); err != nil {
		return fmt.Errorf("synchronizing the contacts: %w", err)
	}
	if err := enableCustomerService(ctx, a); err != nil {
		return err
	}
	if err := enableSmartBot(ctx, a, bot); err != nil {
		return err
	}
	if empty {
		return nil
	}
	return writeSample(ctx, a, rooms, time.Now())
}

// enableCustomerService chooses the account of the simulator, which is another one after each start.
func enableCustomerService(ctx context.Context, a *app.App) error {
	by := actor.ForMember(corpID, administrator, actor.Administrator)
	accounts, err := a.CustomerService.ListAccounts(ctx, by)
	if err != nil || len(accounts) == 0 {
		return err
	}
	_, err = a.CustomerService.UpdateSettings(ctx, by, 0, customerservice.Edit{Enabled: true, OpenKFID: accounts[0].OpenKFID})
	return err
}

func stopTrials(ctx context.Context, cfg app.Config, trials *trial.Service) error {
	ctx, cancel := context.WithTimeout(context.WithoutCancel(ctx), cfg.ShutdownTimeout)
	defer cancel()
	return trials.Stop(ctx)
}

// enableSmartBot stores the secrets of the simulator's bot, which are others after each start.
func enableSmartBot(ctx context.Context, a *app.App, secrets botSecrets) error {
	by := actor.ForMember(corpID, administrator, actor.Administrator)
	_, err := a.SmartBot.UpdateSettings(ctx, by, 0, smartbot.Edit{Enabled: true, Name: botName, BotID: botID, Token: secrets.token, EncodingAESKey: secrets.aesKey})
	return err
}

func stopApp(ctx context.Context, a *app.App) error {
	ctx, cancel := context.WithTimeout(context.WithoutCancel(ctx), a.Config.ShutdownTimeout)
	defer cancel()
	return a.Stop(ctx)
}

// configure returns the settings of the demo, with random secrets.
func configure(ctx context.Context, o options, dir string) (app.Config, error) {
	listen, err := freePort(ctx, o.Listen)
	if err != nil {
		return app.Config{}, err
	}
	cfg := app.Config{
		Listen: listen, PublicURL: o.PublicURL, DatabaseURL: o.DatabaseURL,
		CompanyName: companyName, TimeZone: timeZone, Administrators: []string{administrator},
		Sandbox: o.Sandbox, LogLevel: o.LogLevel, LogFormat: "text", ShutdownTimeout: 10 * time.Second,
		Mail:     app.Mail{Provider: app.MailProviderWeCom}, // the simulator shows the mail
		Diagnose: doctor.RunOnline,
		Webhook:  app.Webhook{AllowPrivate: true}, // webhook receivers may run on this machine
		WeCom: app.WeCom{
			CorpID: corpID, AgentID: agentID, Secret: wecom.Secret(rand.Text() + rand.Text()),
			Token: wecom.Secret(rand.Text()), EncodingAESKey: wecom.Secret((rand.Text() + rand.Text())[:43]),
		},
	}
	if cfg.PublicURL == "" {
		cfg.PublicURL = "http://" + listen
	}
	if cfg.DatabaseURL == "" {
		cfg.DatabaseURL = filepath.Join(dir, "demo.db")
	}
	if cfg.Sandbox.Dir == "" {
		cfg.Sandbox.Dir = filepath.Join(dir, "sandbox")
	}
	return cfg, nil
}

// freePort replaces port 0 by a free one: the simulator needs the product's address
// before the product starts.
func freePort(ctx context.Context, address string) (string, error) {
	host, port, err := net.SplitHostPort(address)
	if err != nil {
		return "", fmt.Errorf("parsing the address %q: %w", address, err)
	}
	if port != "0" {
		return address, nil
	}
	l, err := new(net.ListenConfig).Listen(ctx, "tcp", net.JoinHostPort(host, "0"))
	if err != nil {
		return "", fmt.Errorf("finding a free port: %w", err)
	}
	defer func() { _ = l.Close() }()
	return l.Addr().String(), nil
}

func printAddresses(simulator, pads, product string) {
	fmt.Printf(`
会面 Huimian is running with the sample company %s.

  WeCom simulator       %s
  Mail to candidates    %s/mailbox
  WeChat of candidates  %s/wechat
  ShowMeBug simulator   %s
  Huimian               %s

Open the simulator as 林悦 (recruiter) and open 会面 in the workbench;
in another window, sign in as 陈默 (interviewer). Stop with Ctrl-C.
`, companyName, simulator, simulator, simulator, pads, product)
}
