// Command wecomsim runs the WeCom simulator of package wecomtest:
// one address for the server API, the sign-in pages and the client in the
// browser. It imports nothing of the product.
package main

import (
	"cmp"
	"context"
	"embed"
	"errors"
	"flag"
	"fmt"
	"io"
	"log/slog"
	"os"
	"os/signal"
	"syscall"
	"time"

	"github.com/huimian/huimian/wecom/wecomtest"
)

//go:embed company.json
var sample embed.FS

// options are the flags of the program.
type options struct {
	listen, url, company string
	callback, home       string
	seed                 uint64
	noQuotas, verbose    bool
}

func main() {
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
	defer stop()
	if err := run(ctx, os.Args[1:], os.Stdout, os.Stderr); err != nil && !errors.Is(err, flag.ErrHelp) {
		fmt.Fprintln(os.Stderr, "wecomsim:", err)
		os.Exit(1)
	}
}

func parse(args []string, stderr io.Writer) (options, error) {
	var o options
	f := flag.NewFlagSet("wecomsim", flag.ContinueOnError)
	f.SetOutput(stderr)
	f.StringVar(&o.listen, "listen", "127.0.0.1:8090", "address to listen on; others on the network can reach it unless it is a loopback address")
	f.StringVar(&o.url, "url", "", "address under which browsers reach it (default: http:// and the listening address)")
	f.StringVar(&o.company, "company", "", "JSON file with companies (default: a small sample; -print-company shows it)")
	f.StringVar(&o.callback, "callback", "", "callback address for the first application of the file")
	f.StringVar(&o.home, "home", "", "home page of the first application of the file")
	f.Uint64Var(&o.seed, "seed", 0, "same tokens and ids in each run when not 0")
	f.BoolVar(&o.noQuotas, "no-quotas", false, "do not limit calls and messages")
	f.BoolVar(&o.verbose, "verbose", false, "log each call")
	show := f.Bool("print-company", false, "print the sample company and stop")
	if err := f.Parse(args); err != nil {
		return o, err
	}
	if *show {
		o.company = "-"
	}
	return o, nil
}

func run(ctx context.Context, args []string, stdout, stderr io.Writer) error {
	o, err := parse(args, stderr)
	if err != nil {
		return err
	}
	if o.company == "-" {
		return printSample(stdout)
	}
	s := &wecomtest.Server{BaseURL: o.url, Seed: o.seed, NoQuotas: o.noQuotas}
	if o.verbose {
		s.Logger = slog.New(slog.NewTextHandler(stderr, &slog.HandlerOptions{Level: slog.LevelDebug}))
	}
	if err := loadCompanies(s, o); err != nil {
		return err
	}
	if err := s.Start(o.listen); err != nil {
		return err
	}
	printURLs(stdout, s)
	s.RunSuites(ctx) // until it is time to stop
	stopping, cancel := context.WithTimeout(context.WithoutCancel(ctx), 3*time.Second)
	defer cancel()
	return s.Shutdown(stopping)
}

func printSample(w io.Writer) error {
	data, err := sample.ReadFile("company.json")
	if err != nil {
		return fmt.Errorf("read the sample: %w", err)
	}
	_, err = w.Write(data)
	return err
}

// loadCompanies reads the companies and sets the addresses of the first application to those
// given as flags.
func loadCompanies(s *wecomtest.Server, o options) error {
	file, err := openCompanyFile(o.company)
	if err != nil {
		return fmt.Errorf("open the companies: %w", err)
	}
	defer file.Close()
	if err := s.Load(file); err != nil {
		return err
	}
	corps := s.Corps()
	if len(corps) == 0 || len(s.Apps(corps[0].ID)) == 0 {
		return nil
	}
	app := s.Apps(corps[0].ID)[0]
	if o.callback != "" {
		app.CallbackURL = o.callback
	}
	if o.home != "" {
		app.HomeURL, app.TrustedDomains = o.home, nil // then the host of the home page is trusted
	}
	s.AddApp(app)
	return nil
}

func openCompanyFile(path string) (io.ReadCloser, error) {
	if path == "" {
		return sample.Open("company.json")
	}
	return os.Open(path) //nolint:gosec // the person who starts the program names the file
}

func printURLs(w io.Writer, s *wecomtest.Server) {
	fmt.Fprintf(w, "WeCom simulator\n  client    %s/\n  operator  %s/operator\n  API       %s/cgi-bin/\n", s.URL(), s.URL(), s.URL())
	for _, c := range s.Corps() {
		fmt.Fprintf(w, "  company   %s (%s)\n", c.Name, c.ID)
		for _, a := range s.Apps(c.ID) {
			fmt.Fprintf(w, "            application %s: agent id %d, home %s\n", a.Name, a.AgentID, a.HomeURL)
		}
	}
	for _, su := range s.Suites() {
		fmt.Fprintf(w, "  suite     %s: suite id %s, tickets to %s\n", su.Name, su.ID, cmp.Or(su.InstructURL, "nobody"))
	}
}
