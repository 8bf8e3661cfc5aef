// Command huimian is the product: technical interviews inside WeCom.
package main

import (
	"context"
	"fmt"
	"os"
	"os/signal"
	"syscall"

	"github.com/alecthomas/kong"

	"github.com/huimian/huimian/internal/app"
)

type cli struct {
	Serve   serve            `cmd:"" default:"withargs" help:"Run the server."`
	Migrate migrate          `cmd:"" help:"Bring the database up to date, and end."`
	Version kong.VersionFlag `help:"Print the version and end."`
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
	var c cli
	k := kong.Parse(&c, kong.Name("huimian"), kong.Description("Technical interviews inside WeCom (企业微信)."),
		kong.Vars{"version": app.Version()}, kong.Resolvers(app.FromFiles()), kong.BindTo(ctx, (*context.Context)(nil)))
	if err := k.Run(); err != nil {
		fmt.Fprintln(os.Stderr, "huimian:", err)
		stop()
		os.Exit(1) //nolint:gocritic // stop has run
	}
}
