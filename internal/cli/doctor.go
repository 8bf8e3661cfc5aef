package cli

import (
	"context"
	"fmt"
	"strings"

	"github.com/huimian/huimian/internal/app"
	"github.com/huimian/huimian/internal/doctor"
	"github.com/huimian/huimian/internal/systemstatus"
)

// Doctor is the command "doctor": it checks each setting of an installation
// against WeCom and the running server, and prints advice for each failure. It
// changes nothing.
type Doctor struct {
	app.Config
	Lang string `enum:",zh-CN,en,ja" default:"" help:"Language of the findings: zh-CN, en or ja; default: that of the terminal."`
	JSON bool   `help:"Print JSON."`
}

// Run runs every check and prints the findings.
func (d *Doctor) Run(ctx context.Context, s *session) error {
	s.json = d.JSON
	if err := d.LoadSecrets(); err != nil {
		return usageError{err}
	}
	findings, _ := doctor.Run(ctx, &d.Config, d.textLanguage())
	if err := s.printFindings(findings); err != nil {
		return err
	}
	for _, f := range findings {
		if f.State == systemstatus.Fail {
			return errReported
		}
	}
	return nil
}

func (d *Doctor) textLanguage() string {
	if d.Lang != "" {
		return d.Lang
	}
	return app.TerminalLanguage()
}

func (s *session) printFindings(findings []systemstatus.Finding) error {
	failures := 0
	for _, f := range findings {
		if f.State == systemstatus.Fail {
			failures++
		}
	}
	if s.json {
		return writeJSON(s.Out, map[string]any{"ok": failures == 0, "checks": findings})
	}
	wide := 0
	for _, f := range findings {
		wide = max(wide, displayWidth(f.Name))
	}
	var b strings.Builder
	for _, f := range findings {
		fmt.Fprintf(&b, "%-4s  %s%s  %s\n", f.State, f.Name, strings.Repeat(" ", wide-displayWidth(f.Name)), sanitizeCell(f.Text))
		if f.Advice != "" {
			fmt.Fprintf(&b, "      → %s\n", strings.TrimSpace(sanitizeCell(f.Advice)+" "+f.Page))
		}
	}
	_, err := fmt.Fprint(s.Out, b.String())
	return wrapError("writing the findings", err)
}
