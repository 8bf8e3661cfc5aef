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
	"github.com/huimian/huimian/internal/cli/completion"
	"github.com/huimian/huimian/internal/cli/files"
	"github.com/huimian/huimian/internal/cli/questions"
	"github.com/huimian/huimian/internal/doctor"
)

type commands struct {
	app.EnvFileFlag
	Init       cli.Init           `cmd:"" help:"Write the file with the settings of a new installation, and print the steps in WeCom's admin console."`
	Serve      serve              `cmd:"" default:"withargs" help:"Run the server."`
	Runner     runner             `cmd:"" help:"Run programs for the server, on this or another machine: with the sandbox, and without the server's secrets."`
	Migrate    cli.Migrate        `cmd:"" help:"Migrate the database and exit, or check the migrations on a copy."`
	Backup     cli.Backup         `cmd:"" help:"Write the database into one portable file."`
	Restore    cli.Restore        `cmd:"" help:"Restore a backup into an empty database, or verify it."`
	Move       cli.Move           `cmd:"" help:"Move the data between SQLite and PostgreSQL."`
	WeCom      cli.WeCom          `cmd:"" name:"wecom" help:"Call WeCom: members, messages, menus, files, any endpoint."`
	Interview  cli.Interview      `cmd:"" help:"Interviews of an installation: list, schedule, cancel, results, replays."`
	Candidate  cli.Candidate      `cmd:"" help:"Candidates of an installation."`
	Questions  questions.Command  `cmd:"" help:"Export, import and check the question bank."`
	Export     cli.Export         `cmd:"" help:"Export the sealed log of an interview, which can be verified without the installation."`
	Verify     cli.Verify         `cmd:"" help:"Verify an exported interview."`
	Keys       cli.Keys           `cmd:"" help:"The keys that sign exported interviews: list, rotate."`
	Doctor     cli.Doctor         `cmd:"" help:"Check each setting and print advice for failures."`
	Files      files.Command      `cmd:"" help:"Uploaded files of an installation: compare them with the database, copy them to another store."`
	Admin      cli.Admin          `cmd:"" help:"Administer an installation on its server: secret keys, API tokens, sessions, roles, audit log, messages, jobs."`
	Completion completion.Command `cmd:"" help:"Print a shell completion script."`
	ShowInfo   cli.Version        `cmd:"" name:"version" help:"Print the version of the program and of the schema of its database."`
	Version    kong.VersionFlag   `help:"Print the version and exit."`
}

type serve struct{ app.Config }

func (s *serve) Run(ctx context.Context) error {
	s.Diagnose = doctor.RunOnline
	return app.Run(ctx, s.Config)
}

type runner struct{ app.RunnerConfig }

func (r *runner) Run(ctx context.Context) error { return app.RunRunner(ctx, r.RunnerConfig) }

func main() {
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
	defer stop()
	code := cli.Execute(ctx, &commands{}, os.Args[1:], cli.StandardIO(),
		kong.Description("Technical interviews inside WeCom (企业微信)."), kong.Vars{"version": app.Version()}, kong.Resolvers(app.FileResolver()))
	stop()
	os.Exit(code) //nolint:gocritic // stop has run
}
