// Package runner runs programs on other machines. The server inserts a request
// into the database (Client), a process with a sandbox claims it and writes the
// output and the result (Worker), and the server deletes it once it has read the
// result. The two communicate through PostgreSQL only: a Worker needs no port, and
// a database role that sees none of the other tables.
//
// Requests are claimed in a fair order: rooms take turns, and a company may be
// limited to a number of running programs. Both sides renew leases by the clock of
// the database. A Worker stops the programs of a server that has stopped. When a
// Worker has stopped, its request is claimed once more if it has no output yet, and
// otherwise ends as sandbox.StatusLost.
package runner

import (
	"encoding/json"
	"errors"
	"fmt"
	"time"

	"github.com/uptrace/bun"

	"github.com/huimian/huimian/internal/db"
	"github.com/huimian/huimian/internal/sandbox"
)

// MaxRequests limits the requests of one server that wait or run.
const MaxRequests = 200

// Leases and intervals. An expired lease is found at the next poll.
const (
	leaseTTL          = 15 * time.Second // of a runner and its running programs
	clientTTL         = 30 * time.Second // of the requests of a server
	heartbeatInterval = 5 * time.Second
	pollInterval      = 2 * time.Second       // for notifications that were missed
	listenRetry       = time.Second           // after the connection that listens was lost
	outputInterval    = 50 * time.Millisecond // between two writes of output
	writeTimeout      = 5 * time.Second       // of one statement that outlives its caller
	noRunnerTimeout   = 30 * time.Second      // a request ends when no runner offers its language for this time
	cancelTimeout     = 10 * time.Second      // from a cancellation until the result of the runner
)

// maxAttempts limits the claims of a request.
const maxAttempts = 2

// maxOutputBytes limits the output that a server reads. It is above the limits of
// the sandbox and applies to a runner that does not keep them.
const maxOutputBytes = 1 << 20

// States of a request.
const (
	stateQueued  = "queued"
	stateRunning = "running"
	stateEnded   = "ended"
)

// The channels of PostgreSQL's NOTIFY.
const (
	// runChannel is for runners: the id of a request to cancel, payloadInput with the id
	// of one, or payloadQueue.
	runChannel = "huimian_runs"
	// eventChannel is for servers: the id of a request that has changed,
	// payloadQueue or payloadRunners.
	eventChannel   = "huimian_run_events"
	payloadQueue   = "queue"   // the queue has changed
	payloadRunners = "runners" // a runner has started or stopped
)

// ErrNotPostgres is returned for a SQLite database, which one process uses.
var ErrNotPostgres = errors.New("runners need PostgreSQL: a SQLite database can be used by one process only")

// Runner is a process that runs programs.
type Runner struct {
	bun.BaseModel `bun:"table:runners,alias:runner"`

	ID        string `bun:",pk"`
	Host      string
	Slots     int
	Languages []sandbox.Language `bun:"type:jsonb"`
	Reason    string
	StartedAt time.Time
	ExpiresAt time.Time
}

// request is a row of run_requests.
type request struct {
	bun.BaseModel `bun:"table:run_requests,alias:request"`

	ID             string `bun:",pk"`
	CorpID         string
	RoomID         string
	ClientID       string
	Language       string
	Source         []byte
	Stdin          []byte
	Files          []byte                // programFiles as JSON; nil for a source file without a name that is run
	Limits         sandbox.Limits        `bun:"type:jsonb"`
	Terminal       *sandbox.TerminalSize `bun:"type:jsonb"` // nil without one
	CompanySlots   int
	Turn           int64
	State          string
	Cancelled      bool
	RunnerID       string
	Attempts       int
	Result         *runResult `bun:"type:jsonb"`
	CreatedAt      time.Time
	LeaseExpiresAt *time.Time
}

// programFiles are the path of the source file and the files beside it.
type programFiles struct {
	Path  string         `json:"path"`
	Files []sandbox.File `json:"files"`
	Shell bool           `json:"shell,omitempty"`
}

// marshalFiles returns nil for a program of one file without a name, except for a shell.
func marshalFiles(p sandbox.Program) []byte {
	if p.Path == "" && len(p.Files) == 0 && !p.Shell {
		return nil
	}
	return []byte(mustMarshal(programFiles{p.Path, p.Files, p.Shell}))
}

// program returns the program of a request.
func (r *request) program(t *sandbox.Terminal) (sandbox.Program, error) {
	p := sandbox.Program{Language: r.Language, Source: string(r.Source), Stdin: string(r.Stdin), Limits: r.Limits, Terminal: t}
	if r.Files == nil {
		return p, nil
	}
	var files programFiles
	if err := json.Unmarshal(r.Files, &files); err != nil {
		return p, fmt.Errorf("reading the files of a program: %w", err)
	}
	p.Path, p.Files, p.Shell = files.Path, files.Files, files.Shell
	return p, nil
}

// runResult is the result of a request. Error is that of sandbox.Runner.Run.
type runResult struct {
	Result sandbox.Result
	Error  string `json:",omitempty"`
}

// outputRow is a row of run_output.
type outputRow struct {
	bun.BaseModel `bun:"table:run_output,alias:output"`

	RequestID string `bun:",pk"`
	Seq       int    `bun:",pk"`
	Chunks    []byte
}

var (
	cancelledResult = sandbox.Result{Status: sandbox.StatusCancelled, ExitCode: -1}
	lostResult      = sandbox.Result{Status: sandbox.StatusLost, ExitCode: -1}
	noResult        = sandbox.Result{Status: sandbox.StatusUnavailable, ExitCode: -1}
)

func requirePostgres(d *db.DB) error {
	if d.Dialect() != db.Postgres {
		return ErrNotPostgres
	}
	return nil
}
