package exchange

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"fmt"

	"golang.org/x/sync/semaphore"

	"github.com/huimian/huimian/internal/actor"
	"github.com/huimian/huimian/internal/apperr"
	"github.com/huimian/huimian/internal/question"
)

// maxFilesInWork is the number of files that are read or written at a time: each takes a
// multiple of its size. Others wait.
const maxFilesInWork = 2

// Service exports and imports questions.
type Service struct {
	questions *question.Service
	slots     *semaphore.Weighted
}

// New returns a service.
func New(questions *question.Service) *Service {
	return &Service{questions: questions, slots: semaphore.NewWeighted(maxFilesInWork)}
}

// Export returns the selected questions in a format.
func (s *Service) Export(ctx context.Context, a actor.Actor, sel question.Selection, format Format) (body []byte, err error) {
	err = s.inSlot(ctx, a, func() error {
		var entries []question.Entry
		size, limit := 0, MaxBytes
		if format == ZIP {
			limit = MaxUnpacked
		}
		err := s.questions.Export(ctx, a, sel, func(e question.Entry) error {
			if size += sizeOf(&e); size > limit {
				return errTooLarge()
			}
			entries = append(entries, e)
			return nil
		})
		if err != nil {
			return err
		}
		body, err = Write(entries, format)
		return err
	})
	return body, err
}

// sizeOf returns about the bytes of the texts of a question.
func sizeOf(e *question.Entry) int {
	size := len(e.Body) + len(e.InterviewerNotes)
	for _, list := range [][]question.Source{e.StarterCode, e.Solutions} {
		for _, s := range list {
			size += len(s.Code)
		}
	}
	for _, c := range e.Tests.Cases {
		size += len(c.Input) + len(c.Expected)
	}
	return size
}

// inSlot calls work for an actor who may export and import, while fewer than maxFilesInWork
// others are in work.
func (s *Service) inSlot(ctx context.Context, a actor.Actor, work func() error) error {
	if err := a.Require(actor.EditQuestions); err != nil {
		return err
	}
	if err := s.slots.Acquire(ctx, 1); err != nil {
		return fmt.Errorf("waiting for other exports and imports: %w", err)
	}
	defer s.slots.Release(1)
	return work()
}

// Result is what an import changes or has changed.
type Result struct {
	Changes []question.Change // of the questions without an issue
	Sources []string          // their folders, "" in a document
	Issues  []Issue           // with any, the file cannot be imported
	Plan    string            // names the file and the changes, for Import; "" with an issue
}

// Preview returns what the import of a file would change. It writes nothing.
func (s *Service) Preview(ctx context.Context, a actor.Actor, body []byte) (r *Result, err error) {
	err = s.inSlot(ctx, a, func() error {
		b := Read(body)
		changes, err := s.questions.PreviewImport(ctx, a, b.Entries)
		if err != nil {
			return err
		}
		r = &Result{Changes: changes, Sources: b.Sources, Issues: b.Issues}
		if len(b.Issues) == 0 {
			r.Plan = planOf(body, changes)
		}
		return nil
	})
	return r, err
}

// Import imports all questions of a file, or none if the file has an issue. plan is that of
// a preview, "" for any: after a change of the file or of a question in it, Import returns a
// Conflict.
func (s *Service) Import(ctx context.Context, a actor.Actor, body []byte, plan string) (r *Result, err error) {
	err = s.inSlot(ctx, a, func() error {
		b := Read(body)
		if err := b.Err(); err != nil {
			return err
		}
		changes, err := s.questions.Import(ctx, a, b.Entries, func(changes []question.Change) error {
			if plan != "" && plan != planOf(body, changes) {
				return apperr.New(apperr.Conflict, "question_file.changed_meanwhile")
			}
			return nil
		})
		r = &Result{Changes: changes, Sources: b.Sources}
		return err
	})
	if err != nil {
		return nil, err
	}
	return r, nil
}

// planOf returns a hash of the file and of the stored versions that it changes.
func planOf(body []byte, changes []question.Change) string {
	h := sha256.New()
	sum := sha256.Sum256(body)
	h.Write(sum[:])
	for _, c := range changes {
		fmt.Fprintf(h, "%q %s %s %d\n", c.ImportID, c.Kind, c.ID, c.Version)
	}
	return hex.EncodeToString(h.Sum(nil)[:16])
}
