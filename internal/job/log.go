package job

import (
	"context"
	"log/slog"
	"strings"
	"sync"
	"time"

	"github.com/riverqueue/river"
	"github.com/riverqueue/river/rivertype"
)

// repeatInterval is the time for which a warning or an error of River is not
// logged again. While the database is unavailable, every loop of River logs its
// error several times a second.
const repeatInterval = 30 * time.Second

// routineMessages are parts of the messages that River logs at level info at
// regular intervals, although nothing needs attention.
var routineMessages = []string{": Producer job counts", ": Ran successfully"}

// riverLog is the log handler of River: routine messages have level debug, and
// the repetitions of a warning or an error are counted instead of logged.
type riverLog struct {
	slog.Handler
	repeats *repeats
}

// repeats holds the warnings and errors that were logged, by level, message and
// error. It is cleared when it holds maxRepeats.
type repeats struct {
	now    func() time.Time
	mu     sync.Mutex
	logged map[string]*repeat
}

type repeat struct {
	at         time.Time // of the last line in the log
	suppressed int       // since then
}

const maxRepeats = 1000

func newRiverLog(logger *slog.Logger) *slog.Logger {
	return slog.New(riverLog{logger.Handler(), &repeats{now: time.Now, logged: map[string]*repeat{}}})
}

// Handle implements slog.Handler.
func (h riverLog) Handle(ctx context.Context, r slog.Record) error {
	if r.Level == slog.LevelInfo {
		for _, part := range routineMessages {
			if strings.Contains(r.Message, part) {
				r.Level = slog.LevelDebug
			}
		}
	}
	if !h.Enabled(ctx, r.Level) {
		return nil
	}
	if r.Level >= slog.LevelWarn {
		suppressed, ok := h.repeats.admitRecord(recordKey(r))
		if !ok {
			return nil
		}
		if suppressed > 0 {
			r.AddAttrs(slog.Int("suppressed", suppressed))
		}
	}
	return h.Handler.Handle(ctx, r)
}

// WithAttrs implements slog.Handler.
func (h riverLog) WithAttrs(attrs []slog.Attr) slog.Handler {
	return riverLog{h.Handler.WithAttrs(attrs), h.repeats}
}

// WithGroup implements slog.Handler.
func (h riverLog) WithGroup(name string) slog.Handler {
	return riverLog{h.Handler.WithGroup(name), h.repeats}
}

// recordKey identifies the repetitions of a line. Other attributes, such as a
// duration, may differ.
func recordKey(r slog.Record) string {
	key := r.Level.String() + " " + r.Message
	r.Attrs(func(a slog.Attr) bool {
		if a.Key == "err" || a.Key == "error" || a.Key == "kind" || a.Key == "job_kind" {
			key += " " + a.Value.String()
		}
		return true
	})
	return key
}

// admitRecord reports whether a line is logged, and how many were suppressed before it.
func (s *repeats) admitRecord(key string) (suppressed int, ok bool) {
	s.mu.Lock()
	defer s.mu.Unlock()
	now := s.now()
	last := s.logged[key]
	if last != nil && now.Sub(last.at) < repeatInterval {
		last.suppressed++
		return 0, false
	}
	if last != nil {
		suppressed = last.suppressed
	}
	if len(s.logged) >= maxRepeats {
		clear(s.logged)
	}
	s.logged[key] = &repeat{at: now}
	return suppressed, true
}

// panicLog logs the stacks of panics, which River stores in the row of the job only.
type panicLog struct{ logger *slog.Logger }

// HandleError implements river.ErrorHandler. River logs the error.
func (panicLog) HandleError(context.Context, *rivertype.JobRow, error) *river.ErrorHandlerResult {
	return nil
}

// HandlePanic implements river.ErrorHandler.
func (l panicLog) HandlePanic(ctx context.Context, row *rivertype.JobRow, value any, stack string) *river.ErrorHandlerResult {
	l.logger.ErrorContext(ctx, "a job panicked", "kind", row.Kind, "job", row.ID, "panic", value, "stack", stack)
	return nil
}
