package importer

import (
	"context"
	"encoding/json"
	"fmt"
	"time"

	"github.com/uptrace/bun"
	"golang.org/x/sync/semaphore"

	"github.com/huimian/huimian/internal/actor"
	"github.com/huimian/huimian/internal/apperr"
	"github.com/huimian/huimian/internal/db"
	"github.com/huimian/huimian/internal/interview"
	"github.com/huimian/huimian/internal/job"
	"github.com/huimian/huimian/internal/member"
)

// Previews are deleted after importRetention: they contain personal data.
const (
	importRetention = 7 * 24 * time.Hour
	cleanupInterval = time.Hour
)

// Config configures a Service. All fields but Now are required.
type Config struct {
	DB         *db.DB
	Queue      *job.Queue
	Interviews *interview.Service
	// FindMembers returns the active members that match a userid, name,
	// e-mail address or mobile number.
	FindMembers func(ctx context.Context, corpID, name string) ([]member.Member, error)
	Now         func() time.Time
}

// Service imports files.
type Service struct {
	Config
	parses *semaphore.Weighted // a file of 5 MB takes far more memory while it is parsed
}

// maxParses is the number of files that are parsed at a time. Others wait.
const maxParses = 2

// CleanupArgs is the job that deletes old previews.
type CleanupArgs struct{}

// Kind names the job.
func (CleanupArgs) Kind() string { return "import_clean" }

// KindAliases returns the earlier kind of queued jobs.
func (CleanupArgs) KindAliases() []string { return []string{"sheet_forget"} }

// New returns a service and registers its jobs with the queue.
func New(cfg Config) *Service {
	if cfg.Now == nil {
		cfg.Now = time.Now
	}
	s := &Service{Config: cfg, parses: semaphore.NewWeighted(maxParses)}
	job.AddWorker(s.Queue, s.deleteExpired)
	s.Queue.AddPeriodic(cleanupInterval, true, CleanupArgs{})
	return s
}

func (s *Service) deleteExpired(ctx context.Context, _ CleanupArgs, _ job.Attempt) error {
	return s.DB.InTx(ctx, func(ctx context.Context, tx *db.Tx) error {
		_, err := tx.NewRaw("DELETE FROM imports WHERE created_at < ?", db.Time(s.Now().Add(-importRetention))).Exec(ctx)
		if err != nil {
			return fmt.Errorf("deleting old imports: %w", err)
		}
		return nil
	})
}

// Import is a row of table imports: a previewed file.
type Import struct {
	bun.BaseModel `bun:"table:imports,alias:im"`

	ID          string          `bun:",pk"`
	CorpID      string          `bun:"corp_id"`
	Kind        Kind            `bun:"kind"`
	FileName    string          `bun:"file_name"`
	Lines       []Line          `bun:"lines,type:jsonb"`
	Result      json.RawMessage `bun:"result,type:jsonb,nullzero"`
	CreatedBy   string          `bun:"created_by"`
	CreatedAt   time.Time       `bun:"created_at"`
	CommittedAt *time.Time      `bun:"committed_at"`
}

// Level is the severity of an issue.
type Level string

// A line with an error is not imported, a line with a warning only if warnings
// are accepted.
const (
	Error   Level = "error"
	Warning Level = "warning"
	Notice  Level = "notice"
)

// Issue is an error, a warning or a notice about one cell of a line.
type Issue struct {
	Column string         `json:"column,omitempty"` // "" for the whole line
	Level  Level          `json:"level"`
	Code   string         `json:"code"` // text id
	Params map[string]any `json:"params,omitempty"`
	Choice Choice         `json:"choice,omitempty"` // resolves the issue
}

// Outcome is the previewed or actual result of a line.
type Outcome struct {
	Row    int               `json:"row"`
	Cells  map[string]string `json:"-"`
	ID     string            `json:"id,omitempty"` // of the created object, "" for none
	Issues []Issue           `json:"issues,omitempty"`
	// Candidates are the choices that a preview of interviews offers.
	Candidates   []Candidate `json:"-"`
	NewCandidate bool        `json:"-"` // the interview is with a new candidate
}

// Worst returns the highest level of the issues, "" without issues.
func (o *Outcome) Worst() Level { return worstLevel(o.Issues) }

func worstLevel(issues []Issue) Level {
	worst := Level("")
	for _, i := range issues {
		switch {
		case i.Level == Error:
			return Error
		case i.Level == Warning, worst == "":
			worst = i.Level
		}
	}
	return worst
}

// Result is the result of a preview or a commit.
type Result struct {
	ID      string
	Kind    Kind
	Columns []string // those that the file has
	Unknown []string // ignored headings
	Notes   []Issue  // about the whole file; of a preview
	// Encodings are those that a CSV file may be in; of a preview. See File.
	Encodings []EncodingChoice
	Outcomes  []Outcome
	Positions []UnknownPosition // of a preview
	Created   int
}

// Setting is the actor of an import with their time zone and language.
type Setting struct {
	Actor    actor.Actor
	TimeZone string
	Title    func(round int) string // the name of a round, in the title of an interview without one
}

// Upload is a file to import.
type Upload struct {
	Name     string
	Body     []byte
	Encoding string // of a CSV file, one of EncodingNames, "" to detect it
}

// maxFileName is the stored length of a file's name in characters.
const maxFileName = 200

// Preview reads a file and tries every line in a transaction that it rolls back.
// Only the parsed lines are stored. Recruiters and administrators may import;
// the file of another actor is not parsed.
func (s *Service) Preview(ctx context.Context, set Setting, kind Kind, u Upload) (*Result, error) {
	if err := set.Actor.Require(actor.ImportData); err != nil {
		return nil, err
	}
	f, err := s.parseFile(ctx, kind, u)
	if err != nil {
		return nil, err
	}
	if err := s.resolveMembers(ctx, set.Actor.CorpID, f.Lines); err != nil {
		return nil, err
	}
	im := &Import{
		ID: db.NewID(), CorpID: set.Actor.CorpID, Kind: kind, FileName: cutRunes(normalizeCell(u.Name), maxFileName), Lines: f.Lines,
		CreatedBy: set.Actor.UserID, CreatedAt: db.Time(s.Now()),
	}
	w, err := s.newBatchRun(ctx, set, im, Choices{})
	if err != nil {
		return nil, err
	}
	err = s.DB.InTx(ctx, func(ctx context.Context, tx *db.Tx) error {
		if err := w.batch.Try(ctx, tx); err != nil {
			return err
		}
		return errRollback
	})
	if !isRollback(err) {
		return nil, fmt.Errorf("trying an import: %w", err)
	}
	err = s.DB.InTx(ctx, func(ctx context.Context, tx *db.Tx) error {
		_, err := tx.NewInsert().Model(im).Exec(ctx)
		return err
	})
	if err != nil {
		return nil, fmt.Errorf("storing an import: %w", err)
	}
	r := w.collectResult(false)
	r.Unknown, r.Notes, r.Encodings = f.Unknown, f.Notes, f.Encodings
	return r, s.addChoices(ctx, set.Actor.CorpID, w, r)
}

// parseFile reads a file as soon as fewer than maxParses others are being read.
func (s *Service) parseFile(ctx context.Context, kind Kind, u Upload) (*File, error) {
	if err := s.parses.Acquire(ctx, 1); err != nil {
		return nil, fmt.Errorf("waiting for other imports: %w", err)
	}
	defer s.parses.Release(1)
	return Read(kind, u.Body, u.Encoding)
}

// Commit creates the valid lines of a preview in one transaction; lines with
// warnings too if acceptWarnings. An issue that a choice resolves does not stop its line.
// Commit is idempotent: a second one returns the result of the first.
func (s *Service) Commit(ctx context.Context, set Setting, id string, acceptWarnings bool, choices Choices) (*Result, error) {
	im, err := s.readImport(ctx, s.DB.DB, set.Actor, id)
	if err != nil {
		return nil, err
	}
	w, err := s.newBatchRun(ctx, set, im, choices)
	if err != nil {
		return nil, err
	}
	var r *Result
	err = s.DB.InTx(ctx, func(ctx context.Context, tx *db.Tx) error {
		if im, err = s.lockImport(ctx, tx, set.Actor, id); err != nil {
			return err
		}
		if im.CommittedAt != nil {
			r, err = w.readHistory(im)
			return err
		}
		if err := w.batch.Create(ctx, tx, acceptWarnings); err != nil {
			return err
		}
		r = w.collectResult(true)
		now := db.Time(s.Now())
		im.CommittedAt = &now
		if im.Result, err = json.Marshal(r.Outcomes); err != nil {
			return fmt.Errorf("writing the result of an import: %w", err)
		}
		if _, err := tx.NewUpdate().Model(im).WherePK().Where("corp_id = ?", im.CorpID).Exec(ctx); err != nil {
			return fmt.Errorf("storing the result of an import: %w", err)
		}
		return nil
	})
	if err != nil {
		return nil, err
	}
	return r, nil
}

// readImport reads a preview of the actor; another member's is not found.
func (s *Service) readImport(ctx context.Context, q bun.IDB, a actor.Actor, id string) (*Import, error) {
	im := new(Import)
	err := q.NewSelect().Model(im).Where("im.corp_id = ? AND im.id = ? AND im.created_by = ?", a.CorpID, id, a.UserID).Scan(ctx)
	if db.IsNotFound(err) {
		return nil, apperr.NewNotFound()
	}
	if err != nil {
		return nil, fmt.Errorf("reading import %s: %w", id, err)
	}
	return im, nil
}

// lockImport reads a preview and locks it until the transaction ends, so that no
// concurrent commit can run.
func (s *Service) lockImport(ctx context.Context, tx *db.Tx, a actor.Actor, id string) (*Import, error) {
	if err := tx.Lock(ctx, (*Import)(nil), "corp_id = ? AND id = ?", a.CorpID, id); err != nil {
		return nil, err
	}
	return s.readImport(ctx, tx, a, id)
}
