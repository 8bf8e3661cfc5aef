// Command huimian is the product: technical interviews inside WeCom.
package main

import (
	"context"
	"os"
	"os/signal"
	"syscall"

	"github.com/alecthomas/kong"

	"github.com/huimian/huimian/internal/app"
	"github.com/huimian/huimian/internal/cli"
)

type commands struct {
	Serve      serve            `cmd:"" default:"withargs" help:"Run the server."`
	Migrate    migrate          `cmd:"" help:"Bring the database up to date, and end."`
	WeCom      cli.WeCom        `cmd:"" name:"wecom" help:"Ask WeCom: members, messages, menus, files, any endpoint."`
	Interview  cli.Interview    `cmd:"" help:"Interviews of an installation: list, schedule, cancel, results, replays."`
	Candidate  cli.Candidate    `cmd:"" help:"Candidates of an installation."`
	Doctor     cli.Doctor       `cmd:"" help:"Check the settings one by one, and say what to do."`
	Completion cli.Completion   `cmd:"" help:"Print a script that lets a shell complete commands."`
	Version    kong.VersionFlag `help:"Print the version and end."`
}

type serve struct{ app.Config }

// Run serves until the process is told to end.
func (s *serve) Run(ctx context.Context) error { return app.Run(ctx, s.Config) }

type migrate struct{ app.Config }

// Run migrates the database.
func (m *migrate) Run(ctx context.Context) error { return app.Migrate(ctx, m.Config) }

func main() {
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
	defer stop()
	code := cli.Execute(ctx, &commands{}, os.Args[1:], cli.Standard(),
		kong.Description("Technical interviews inside WeCom (企业微信)."), kong.Vars{"version": app.Version()}, kong.Resolvers(app.FromFiles()))
	stop()
	os.Exit(code) //nolint:gocritic // stop has run
}
