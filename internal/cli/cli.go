// Package cli implements the commands of the program other than serve,
// runner and migrate: calls to WeCom, calls to the API of an installation, and the doctor,
// which checks the settings of an installation. The commands contain no rules of
// WeCom: package wecom validates arguments and classifies errors.
package cli

import (
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"strings"

	"github.com/alecthomas/kong"
	"golang.org/x/term"

	"github.com/huimian/huimian/internal/app"
	"github.com/huimian/huimian/wecom"
)

// Exit codes of the program.
const (
	ExitOK          = 0
	ExitError       = 1   // WeCom or the server returned an error, a check of the doctor failed, or the server could not run
	ExitUsage       = 2   // the command line or the settings are invalid; nothing was sent
	ExitRetry       = 3   // a network error, a rate limit or a temporary failure: a retry may succeed
	ExitInterrupted = 130 // the context was cancelled, such as by SIGINT
)

// IO holds the streams of a command.
type IO struct {
	In       io.Reader
	Out, Err io.Writer
	Terminal bool // Err is a terminal: progress bars are drawn on it
	Prompt   bool // In and Err are terminals: commands may prompt for values

	// ReadSecret reads a line from the terminal without echo; nil: as other lines.
	ReadSecret func() (string, error)
}

// StandardIO returns the standard streams of the process.
func StandardIO() IO {
	terminal := term.IsTerminal(int(os.Stderr.Fd()))
	return IO{In: os.Stdin, Out: os.Stdout, Err: os.Stderr, Terminal: terminal, Prompt: terminal && term.IsTerminal(int(os.Stdin.Fd())),
		ReadSecret: func() (string, error) {
			text, err := term.ReadPassword(int(os.Stdin.Fd()))
			return string(text), err
		}}
}

// usageError is an error in the arguments or settings, found before anything was
// sent.
type usageError struct{ error }

func usageErrorf(format string, args ...any) error { return usageError{fmt.Errorf(format, args...)} }

// exitPanic carries kong's exit code out of a parse that printed help or the version.
type exitPanic int

// Execute parses the arguments with the grammar, a kong struct, runs the command
// and returns the exit code. Errors are printed to stdio.Err.
func Execute(ctx context.Context, grammar any, args []string, stdio IO, options ...kong.Option) (code int) {
	defer func() {
		switch e := recover().(type) {
		case nil:
		case exitPanic:
			code = int(e)
		default:
			panic(e)
		}
	}()
	s := &session{IO: stdio}
	options = append(options, kong.Name("huimian"), kong.Writers(stdio.Out, stdio.Err), kong.BindTo(ctx, (*context.Context)(nil)),
		HelpVars(), kong.Bind(s), kong.Exit(func(code int) { panic(exitPanic(code)) }))
	k, err := kong.New(grammar, options...)
	if err != nil {
		return s.reportError(err)
	}
	c, err := k.Parse(args)
	if err != nil {
		return s.reportError(newParseError(err))
	}
	return s.reportError(c.Run())
}

// HelpVars returns the values of the variables in the help texts of commands.
func HelpVars() kong.Vars {
	return kong.Vars{"default_room_kinds": strings.Join(app.DefaultRoomKinds(), "|")}
}

// newParseError adds a hint to the error about an unknown command or flag. Some ids,
// such as WeCom's msgid, can begin with a hyphen and are then parsed as flags.
func newParseError(err error) error {
	if strings.HasPrefix(err.Error(), "unknown flag ") {
		return usageErrorf("%w; put -- before an id or text that begins with a hyphen", err)
	}
	return usageError{suggestGemCommand(err)}
}

// exitCode maps an error to the exit code of the program.
func exitCode(err error) int {
	if err == nil {
		return ExitOK
	}
	if errors.Is(err, context.Canceled) {
		return ExitInterrupted
	}
	if _, ok := errors.AsType[usageError](err); ok {
		return ExitUsage
	}
	if _, ok := errors.AsType[*wecom.FieldError](err); ok {
		return ExitUsage
	}
	if code, ok := apiExitCode(err); ok {
		return code
	}
	switch wecom.ClassOf(err) {
	case wecom.ClassNetwork, wecom.ClassRetry, wecom.ClassLimit:
		return ExitRetry
	default:
		return ExitError
	}
}

// reportError prints an error, as JSON with --json, and returns its exit code.
func (s *session) reportError(err error) int {
	code := exitCode(err)
	if err == nil || errors.Is(err, errReported) {
		return code
	}
	if s.json {
		_ = writeJSON(s.Err, map[string]any{"error": newErrorOutput(err)})
		return code
	}
	fmt.Fprintln(s.Err, "huimian:", err)
	if _, ok := errors.AsType[*wecom.Error](err); ok {
		fmt.Fprintln(s.Err, wecom.AdminMessage(err))
	}
	return code
}

// errReported is returned by commands that have printed their failure themselves.
var errReported = errors.New("reported")

// errorOutput is the JSON form of an error.
type errorOutput struct {
	Text    string `json:"text"`
	ErrCode int    `json:"errcode,omitempty"`
	Class   string `json:"class"`
	Advice  string `json:"advice,omitempty"`
	Hint    string `json:"hint,omitempty"`
	FromIP  string `json:"fromIp,omitempty"`
	Page    string `json:"page,omitempty"`
	Exit    int    `json:"exit"`

	// Set for errors of the API.
	Status    int        `json:"status,omitempty"`
	Code      string     `json:"code,omitempty"`
	RequestID string     `json:"requestId,omitempty"`
	Fields    []apiField `json:"fields,omitempty"`
}

func newErrorOutput(err error) errorOutput {
	f := errorOutput{Text: err.Error(), Class: wecom.ClassOf(err).String(), Exit: exitCode(err)}
	if e, ok := errors.AsType[*apiError](err); ok {
		f.Text, f.Class, f.Status, f.Code, f.RequestID, f.Fields = e.Detail, "api", e.Status, e.Code, e.RequestID, e.Fields
	}
	if e, ok := errors.AsType[*wecom.Error](err); ok {
		f.ErrCode, f.Hint, f.FromIP, f.Page, f.Advice = e.Code, e.Hint, e.FromIP, e.DocURL(), wecom.AdminMessage(err)
	}
	return f
}
