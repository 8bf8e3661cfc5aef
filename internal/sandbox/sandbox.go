// Package sandbox runs one program under limits and reports how it ended.
//
// A program is a source text in some language, and possibly further files beside it. It runs inside gVisor's runsc:
// with its own kernel in user space, without network, with a read-only view of
// the interpreters that it needs and a small writable directory, as an
// unprivileged user. When runsc does not work, the package reports the reason
// and runs nothing; a program cannot be run outside the sandbox.
//
// The package is independent of rooms, accounts and databases and imports no
// other package of this module.
package sandbox

import (
	"context"
	"errors"
	"fmt"
	"time"
)

// Runner runs programs. The implementations are gVisor on this machine,
// NewUnavailable, and those on other machines in package runner.
type Runner interface {
	// Run runs one program and passes its output to emit, in order and never
	// concurrently. It waits for a free slot first. A failure of the program, a
	// limit and a cancelled ctx are reported in the Result; an error means that
	// the sandbox failed.
	Run(ctx context.Context, p Program, emit func(Chunk)) (Result, error)
	// Languages lists the installed languages in the order in which to offer
	// them.
	Languages() []Language
	// MissingLanguages lists the languages whose detection failed and is
	// retried. It does not contain those that are not installed.
	MissingLanguages() []MissingLanguage
	// Ready returns nil when programs can be run, and otherwise an error with
	// the reason.
	Ready() error
}

// Language is a language that this machine can run.
type Language struct {
	ID      string `json:"id"`              // stable identifier: "python"
	Name    string `json:"name"`            // display name: "Python 3.11"
	Version string `json:"version"`         // as reported by the tool: "3.11.2"
	Shell   bool   `json:"shell,omitempty"` // Program.Shell is possible
}

// Program is a program to run.
type Program struct {
	Language string // ID of one of Runner.Languages
	Source   string // content of the source file
	Path     string // of the source file, relative to the working directory; empty for the language's own name
	Files    []File // further files, of which none has the path of the source file
	Stdin    string // standard input
	Limits   Limits // zero fields mean the language's default

	// Terminal is the pseudo terminal in which the program runs, with limits of its
	// own; all output is of Stdout. nil: the program reads Stdin.
	Terminal *Terminal

	// Shell runs the interactive shell of the language, with limits of its own, in a folder with
	// the files. It requires Terminal.
	Shell bool

	// For a Runner whose queue several servers share: the programs of a company may
	// be limited, and its groups take turns. OnQueued is called with the position in
	// the queue, 1 for the next program and 0 when the program starts, after each
	// change. It may be nil.
	Company, Group string
	OnQueued       func(position int)
}

// File is a file beside the source file of a program. Its path is relative to the working
// directory, and its parts are separated by slashes.
type File struct {
	Path string `json:"path"`
	Text string `json:"text"`
}

// Limits are the limits of one run. Compiling and running have time limits of
// their own; the other limits apply to both. CPU time is the limit of a program
// that computes. Wall time only ends programs that wait, so it is a multiple of
// CPU time: the result must not depend on the load of the machine. A zero field
// means the default of the language; a field above the language's ceiling is
// lowered to it.
type Limits struct {
	Wall        time.Duration // wall time of the program
	CPU         time.Duration // user and system time of all processes together
	CompileWall time.Duration // wall time of the compiler
	CompileCPU  time.Duration // CPU time of the compiler
	MemoryBytes int64         // memory of the program and of the files that it writes
	Processes   int           // concurrent processes and threads
	OutputBytes int64         // stdout and stderr together; the run ends when it is exceeded
	FileBytes   int64         // all files that the program writes
	Idle        time.Duration // without input and output, in a terminal; 0 for no limit
}

// Status is the status of a run that has ended.
type Status string

// Statuses. All but StatusOK mean that the program failed, was stopped or did
// not start.
const (
	StatusOK           Status = "ok"            // exit code 0
	StatusExitError    Status = "exit_error"    // another exit code or a signal: see Result
	StatusCompileError Status = "compile_error" // the compiler reported an error
	StatusTimeLimit    Status = "time_limit"    // a time limit: see Result.Detail
	StatusMemoryLimit  Status = "memory_limit"  // Limits.MemoryBytes
	StatusProcessLimit Status = "process_limit" // Limits.Processes was reached, and the program failed
	StatusOutputLimit  Status = "output_limit"  // Limits.OutputBytes
	StatusIdleLimit    Status = "idle_limit"    // Limits.Idle
	StatusCancelled    Status = "cancelled"     // the context ended
	StatusUnavailable  Status = "unavailable"   // no sandbox on this machine
	StatusLost         Status = "lost"          // the server or the runner stopped while the program ran
)

// Detail is a machine-readable explanation of a status, for which the interface
// has a text.
type Detail string

// Details. The first four belong to StatusTimeLimit, the others to
// StatusExitError.
const (
	DetailCPU         Detail = "cpu"          // Limits.CPU
	DetailWall        Detail = "wall"         // Limits.Wall
	DetailCompileCPU  Detail = "compile_cpu"  // Limits.CompileCPU
	DetailCompileWall Detail = "compile_wall" // Limits.CompileWall
	DetailJavaNoMain  Detail = "java_no_main" // no top-level class has a main method
	DetailGoNoMain    Detail = "go_no_main"   // the package is not main
)

// Result is the status and the resource usage of a run.
type Result struct {
	Status      Status
	Detail      Detail        // explains the status; empty when there is nothing to explain
	ExitCode    int           // of the program, 128+n after signal n; -1 when the sandbox stopped it
	Signal      string        // "SIGSEGV" when a signal ended the program
	Wall        time.Duration // from the start of the program to its end
	CPU         time.Duration // of the compiler and the program; 0 when unknown
	CompileCPU  time.Duration // the part of the compiler; 0 without one, and when unknown
	MemoryBytes int64         // peak; 0 when unknown
	Truncated   bool          // output was dropped at Limits.OutputBytes
}

// Streams of a Chunk.
const (
	Stdout = "stdout"
	Stderr = "stderr"
	System = "system" // message of the sandbox, such as "compiling"
)

// Chunk is a piece of output. It contains whole characters; bytes that are not
// UTF-8 are replaced with U+FFFD.
type Chunk struct {
	Stream string `json:"stream"`
	Text   string `json:"text"`
}

// ErrUnavailable is wrapped by the errors of Ready and Run when this machine
// cannot run programs.
var ErrUnavailable = errors.New("running code is not available")

// ErrNoRunner wraps ErrUnavailable when programs are run by other processes and
// none of them can run programs.
var ErrNoRunner = fmt.Errorf("%w: no runner is running", ErrUnavailable)

// ErrUnknownLanguage is wrapped by the error of Run for a language that is not
// in Languages.
var ErrUnknownLanguage = errors.New("language is not available")

// ErrNoTerminal is wrapped by the error of Run for an interactive shell without a terminal.
var ErrNoTerminal = errors.New("an interactive shell requires a terminal")
