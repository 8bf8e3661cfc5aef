// Package cli holds the commands of the program beside the server: calls to
// WeCom and to an installation from a terminal or a script, and the doctor that checks the settings
// of an installation one by one. The commands are thin: what WeCom takes and
// how it refuses is known by package wecom.
package cli

import (
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"strings"

	"github.com/alecthomas/kong"

	"github.com/huimian/huimian/wecom"
)

// The exit codes of the program.
const (
	ExitOK    = 0
	ExitError = 1   // WeCom or the server refused, a check of the doctor failed, or the server could not run
	ExitUsage = 2   // the command line or the settings are wrong; nothing was sent
	ExitRetry = 3   // the network failed, or WeCom asks to come back later: the same call may work then
	ExitEnded = 130 // interrupted
)

// IO is what a command reads and writes.
type IO struct {
	In       io.Reader
	Out, Err io.Writer
	Terminal bool // whether Err is watched by a person: progress is shown
}

// Standard is the terminal or whatever stands in its place.
func Standard() IO {
	state, err := os.Stderr.Stat()
	return IO{In: os.Stdin, Out: os.Stdout, Err: os.Stderr, Terminal: err == nil && state.Mode()&os.ModeCharDevice != 0}
}

// usage is a mistake in what was asked, before anything was sent.
type usage struct{ error }

func usagef(format string, args ...any) error { return usage{fmt.Errorf(format, args...)} }

// exited ends a parse that printed help or the version.
type exited int

// Execute reads the arguments by the grammar, a kong struct, runs the command
// and returns the exit code. Errors are explained on stdio.Err.
func Execute(ctx context.Context, grammar any, args []string, stdio IO, options ...kong.Option) (code int) {
	defer func() {
		switch e := recover().(type) {
		case nil:
		case exited:
			code = int(e)
		default:
			panic(e)
		}
	}()
	s := &session{IO: stdio}
	options = append(options, kong.Name("huimian"), kong.Writers(stdio.Out, stdio.Err), kong.BindTo(ctx, (*context.Context)(nil)),
		kong.Bind(s), kong.Exit(func(code int) { panic(exited(code)) }))
	k, err := kong.New(grammar, options...)
	if err != nil {
		return s.explain(err)
	}
	c, err := k.Parse(args)
	if err != nil {
		return s.explain(misread(err))
	}
	return s.explain(c.Run())
}

// misread says what is wrong with the arguments. An id may begin with a hyphen, as WeCom's msgid
// does now and then, and is then taken for a flag.
func misread(err error) error {
	if strings.HasPrefix(err.Error(), "unknown flag ") {
		return usagef("%w; write -- before an id or a text that begins with a hyphen", err)
	}
	return usage{err}
}

// exitCode says what a script has to know about an error.
func exitCode(err error) int {
	if err == nil {
		return ExitOK
	}
	if errors.Is(err, context.Canceled) {
		return ExitEnded
	}
	if _, ok := errors.AsType[usage](err); ok {
		return ExitUsage
	}
	if _, ok := errors.AsType[*wecom.FieldError](err); ok {
		return ExitUsage
	}
	if code, ok := apiExit(err); ok {
		return code
	}
	switch wecom.ClassOf(err) {
	case wecom.ClassNetwork, wecom.ClassRetry, wecom.ClassLimit:
		return ExitRetry
	default:
		return ExitError
	}
}

// explain prints why a command failed and returns its exit code.
func (s *session) explain(err error) int {
	code := exitCode(err)
	if err == nil || errors.Is(err, errReported) {
		return code
	}
	if s.json {
		_ = encode(s.Err, map[string]any{"error": describe(err)})
		return code
	}
	fmt.Fprintln(s.Err, "huimian:", err)
	if _, ok := errors.AsType[*wecom.Error](err); ok {
		fmt.Fprintln(s.Err, wecom.AdminMessage(err))
	}
	return code
}

// errReported is an error about which all has been said.
var errReported = errors.New("reported")

// failure is an error as scripts read it.
type failure struct {
	Text    string `json:"text"`
	ErrCode int    `json:"errcode,omitempty"`
	Class   string `json:"class"`
	Advice  string `json:"advice,omitempty"`
	Hint    string `json:"hint,omitempty"`
	FromIP  string `json:"fromIp,omitempty"`
	Page    string `json:"page,omitempty"`
	Exit    int    `json:"exit"`

	// Of an error of the API.
	Status    int        `json:"status,omitempty"`
	Code      string     `json:"code,omitempty"`
	RequestID string     `json:"requestId,omitempty"`
	Fields    []apiField `json:"fields,omitempty"`
}

func describe(err error) failure {
	f := failure{Text: err.Error(), Class: wecom.ClassOf(err).String(), Exit: exitCode(err)}
	if e, ok := errors.AsType[*apiError](err); ok {
		f.Text, f.Class, f.Status, f.Code, f.RequestID, f.Fields = e.Detail, "api", e.Status, e.Code, e.RequestID, e.Fields
	}
	if e, ok := errors.AsType[*wecom.Error](err); ok {
		f.ErrCode, f.Hint, f.FromIP, f.Page, f.Advice = e.Code, e.Hint, e.FromIP, e.DocURL(), wecom.AdminMessage(err)
	}
	return f
}
