// Package sandbox runs one program under limits and reports how it ended.
//
// A program is a text in some language. It runs inside gVisor's runsc: a kernel of its own in user
// space, no network, a read-only view of the interpreters that it needs and a small writable
// directory, as an unprivileged user. Where runsc cannot work the package says why and runs
// nothing; there is no way to run a program outside the sandbox.
//
// The package knows nothing of rooms, people or databases and imports nothing of ours.
package sandbox

import (
	"context"
	"errors"
	"time"
)

// Runner runs programs. It is an interface because "here, in gVisor" and "not on this machine" are
// two real answers, and a runner on another machine is a third.
type Runner interface {
	// Run runs one program to its end and passes what it prints to emit, in order and never from two
	// goroutines at once. It waits for a free slot first. The program's own failure, a limit that it
	// met and a cancelled ctx are Results; an error means that the sandbox itself failed.
	Run(ctx context.Context, p Program, emit func(Chunk)) (Result, error)
	// Languages lists what can be run here, in the order in which to offer it.
	Languages() []Language
	// Ready returns nil when programs can be run and otherwise an error whose text says why not.
	Ready() error
}

// Language is one that this machine can run.
type Language struct {
	ID      string `json:"id"`      // stable identifier: "python"
	Name    string `json:"name"`    // for people: "Python 3.11"
	Version string `json:"version"` // as the tool reports it: "3.11.2"
}

// Program is what to run.
type Program struct {
	Language string // ID of one of Runner.Languages
	Source   string // the text of the one source file
	Stdin    string // what the program reads; then end of file
	Limits   Limits // zero fields take the language's default
}

// Limits bound one run, compilation included. A zero field means the default of the language;
// a field above the language's ceiling is lowered to it.
type Limits struct {
	Wall        time.Duration // from start to end
	CPU         time.Duration // user and system time of all processes together
	MemoryBytes int64         // memory of the program and of the files that it writes
	Processes   int           // processes and threads at one time
	OutputBytes int64         // stdout and stderr together; what comes after is dropped and the run ended
	FileBytes   int64         // all files that the program writes
}

// Status says how a run ended.
type Status string

// The ways in which a run ends. All but StatusOK leave the program's work unfinished or refused.
const (
	StatusOK           Status = "ok"            // exit code 0
	StatusExitError    Status = "exit_error"    // another exit code or a signal: see Result
	StatusCompileError Status = "compile_error" // the compiler refused the source
	StatusTimeLimit    Status = "time_limit"    // Limits.Wall or Limits.CPU
	StatusMemoryLimit  Status = "memory_limit"  // Limits.MemoryBytes
	StatusOutputLimit  Status = "output_limit"  // Limits.OutputBytes
	StatusCancelled    Status = "cancelled"     // the context ended
	StatusUnavailable  Status = "unavailable"   // there is no sandbox on this machine
)

// Result is how a run ended and what it used.
type Result struct {
	Status      Status
	ExitCode    int           // of the program, 128+n after signal n; -1 when it was stopped by us
	Signal      string        // "SIGSEGV" when the program died by a signal
	Wall        time.Duration // start of the container to its end
	CPU         time.Duration // as far as known; 0 when it is not
	MemoryBytes int64         // peak as far as known; 0 when it is not
	Truncated   bool          // output was dropped at Limits.OutputBytes
}

// Streams of a Chunk.
const (
	Stdout = "stdout"
	Stderr = "stderr"
	System = "system" // a sentence of ours, such as "compiling"
)

// Chunk is a piece of output, always whole characters: bytes that are not UTF-8 arrive as U+FFFD.
type Chunk struct {
	Stream string
	Text   string
}

// ErrUnavailable is wrapped by the error of Ready and Run when nothing can be run on this machine.
var ErrUnavailable = errors.New("running code is not available")

// ErrLanguage is wrapped by the error of Run for a language that is not in Languages.
var ErrLanguage = errors.New("language is not available")
