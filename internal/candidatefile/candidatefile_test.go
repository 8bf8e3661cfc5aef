package candidatefile_test

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/huimian/huimian/internal/actor"
	"github.com/huimian/huimian/internal/apperr"
	"github.com/huimian/huimian/internal/apperr/apperrtest"
	"github.com/huimian/huimian/internal/audit"
	"github.com/huimian/huimian/internal/candidate"
	"github.com/huimian/huimian/internal/candidatefile"
	"github.com/huimian/huimian/internal/db"
	"github.com/huimian/huimian/internal/db/dbtest"
	"github.com/huimian/huimian/internal/filestore"
	"github.com/huimian/huimian/internal/interview"
	"github.com/huimian/huimian/internal/interview/interviewtest"
	"github.com/huimian/huimian/internal/job"
	"github.com/huimian/huimian/internal/position"
)

var (
	rosa = interviewtest.Rosa
	ada  = interviewtest.Ada
	lin  = interviewtest.Lin // an interviewer of the candidate, like mei
	kai  = interviewtest.Kai // an interviewer of others
)

type fixture struct {
	*candidatefile.Service
	t           *testing.T
	company     *interviewtest.Company
	interviewID string
	candidateID string
}

func runOnBoth(t *testing.T, body func(t *testing.T, f *fixture)) {
	t.Helper()
	dbtest.Run(t, func(t *testing.T, d *db.DB) {
		company := interviewtest.New(t, d)
		f := &fixture{t: t, company: company, Service: candidatefile.New(candidatefile.Config{
			DB: d, Queue: company.Queue, Store: filestore.NewFolder(filepath.Join(t.TempDir(), "files")), Members: company.FindMembers,
			Logger: slog.New(slog.DiscardHandler), CompanyBytes: 1 << 20, Now: company.Clock.Now,
		})}
		plan := interviewtest.NewPlan("", "", func(p *interview.Plan) {
			p.NewPosition, p.NewCandidate = &position.Position{Title: "Go 工程师"}, &candidate.Candidate{Name: "陈晨"}
		})
		i, _, err := company.Interviews.Schedule(t.Context(), rosa, plan)
		if err != nil {
			t.Fatal(err)
		}
		f.interviewID, f.candidateID = i.ID, i.Candidate.ID
		body(t, f)
	})
}

// pdf returns a content of its own for each text.
func pdf(text string) []byte { return []byte("%PDF-1.7\n" + text) }

func (f *fixture) upload(text string) *candidatefile.File {
	f.t.Helper()
	file, err := f.Upload(f.t.Context(), rosa, f.candidateID, text+".pdf", pdf(text))
	if err != nil {
		f.t.Fatal(err)
	}
	return file
}

// content reads a file as the actor does.
func (f *fixture) content(a actor.Actor, id string) (string, error) {
	f.t.Helper()
	_, in, err := f.Open(f.t.Context(), a, id)
	if err != nil {
		return "", err
	}
	raw, err := io.ReadAll(in)
	return string(raw), errors.Join(err, in.Close())
}

// stored returns the ids of the contents in the store.
func (f *fixture) stored() (ids []string) {
	f.t.Helper()
	err := filepath.WalkDir(f.Store.Location(), func(_ string, d os.DirEntry, err error) error {
		if err == nil && !d.IsDir() {
			ids = append(ids, d.Name())
		}
		return err
	})
	if err != nil && !errors.Is(err, os.ErrNotExist) {
		f.t.Fatal(err)
	}
	return ids
}

// actions returns the actions on the candidate's files in the audit log, oldest first.
func (f *fixture) actions() (list []string) {
	f.t.Helper()
	entries, err := audit.ListByObject(f.t.Context(), f.DB.DB, interviewtest.CorpID, f.candidateID, 100)
	if err != nil {
		f.t.Fatal(err)
	}
	for _, e := range slices.Backward(entries) {
		if strings.HasSuffix(e.Action, "_file") {
			list = append(list, e.UserID+" "+e.Action+" "+e.Data["file"])
		}
	}
	return list
}

func TestUploadListReadDelete(t *testing.T) {
	runOnBoth(t, func(t *testing.T, f *fixture) {
		first := f.upload("first")
		f.company.Clock.Advance(time.Minute)
		second := f.upload("second")
		if first.Name != "first.pdf" || first.MediaType != candidatefile.PDF || first.Size != int64(len(pdf("first"))) || first.By.Name != "罗莎" || len(first.SHA256) != 64 {
			t.Errorf("%+v", first)
		}
		list, err := f.List(t.Context(), lin, f.candidateID)
		if err != nil || len(list) != 2 || list[0].ID != second.ID || list[1].By.Name != "罗莎" {
			t.Fatalf("%+v, %v", list, err)
		}
		if got, err := f.content(lin, first.ID); err != nil || got != string(pdf("first")) {
			t.Errorf("%q, %v", got, err)
		}
		if err := f.Delete(t.Context(), ada, first.ID); err != nil {
			t.Fatal(err)
		}
		if got := len(f.stored()); got != 2 {
			t.Errorf("%d contents before the job", got)
		}
		jobs, err := job.List(t.Context(), f.DB, job.Filter{Kind: candidatefile.DeleteArgs{}.Kind(), Limit: 10})
		if err != nil || len(jobs) != 1 {
			t.Errorf("jobs %+v, %v", jobs, err)
		}
		if _, err := f.content(rosa, first.ID); !apperr.IsNotFound(err) {
			t.Errorf("reading a deleted file: %v", err)
		}
		if err := f.Delete(t.Context(), ada, first.ID); !apperr.IsNotFound(err) {
			t.Errorf("deleting it again: %v", err)
		}
		want := []string{"rosa candidate.upload_file " + first.ID, "rosa candidate.upload_file " + second.ID, "lin candidate.read_file " + first.ID, "ada candidate.delete_file " + first.ID}
		slices.Sort(want)
		got := f.actions()
		slices.Sort(got)
		if !slices.Equal(got, want) {
			t.Errorf("audit log %q", got)
		}
	})
}

func TestPermissions(t *testing.T) {
	runOnBoth(t, func(t *testing.T, f *fixture) {
		file := f.upload("cv")
		other := f.company.CreateCandidate(t, "别人", "").ID
		for name, one := range map[string]struct {
			a    actor.Actor
			read bool
		}{
			"recruiter": {rosa, true}, "administrator": {ada, true}, "interviewer": {lin, true}, "interviewer of others": {kai, false},
			"other company": {interviewtest.Stranger, false}, "without a role": {actor.WithoutRoles(interviewtest.CorpID, "zoe"), false},
		} {
			_, listErr := f.List(t.Context(), one.a, f.candidateID)
			_, readErr := f.content(one.a, file.ID)
			for _, err := range []error{listErr, readErr} {
				if one.read != (err == nil) || err != nil && !apperr.IsNotFound(err) {
					t.Errorf("%s: %v", name, err)
				}
			}
			if _, err := f.List(t.Context(), one.a, other); !one.a.May(actor.ReadFiles) && !apperr.IsNotFound(err) {
				t.Errorf("%s lists the files of another candidate: %v", name, err)
			}
		}
		for _, a := range []actor.Actor{lin, kai} {
			if _, err := f.Upload(t.Context(), a, f.candidateID, "x.pdf", pdf("x")); apperr.KindOf(err) != apperr.Forbidden {
				t.Errorf("%s uploads: %v", a.UserID, err)
			}
			if err := f.Delete(t.Context(), a, file.ID); apperr.KindOf(err) != apperr.Forbidden {
				t.Errorf("%s deletes: %v", a.UserID, err)
			}
		}
		if err := f.Delete(t.Context(), interviewtest.Stranger, file.ID); !apperr.IsNotFound(err) {
			t.Errorf("another company deletes: %v", err)
		}
		if _, err := f.Upload(t.Context(), interviewtest.Stranger, f.candidateID, "x.pdf", pdf("x")); !apperr.IsNotFound(err) {
			t.Errorf("another company uploads: %v", err)
		}
		if got := len(f.stored()); got != 1 {
			t.Errorf("%d contents", got)
		}
	})
}

// An interviewer who leaves the interview, or whose interview is cancelled, reads no file.
func TestReadingEndsWithTheInterview(t *testing.T) {
	runOnBoth(t, func(t *testing.T, f *fixture) {
		file := f.upload("cv")
		if _, err := f.company.Interviews.Edit(t.Context(), rosa, f.interviewID, 0, func(p *interview.Plan) { p.Interviewers = []string{"mei"} }); err != nil {
			t.Fatal(err)
		}
		if _, err := f.content(lin, file.ID); !apperr.IsNotFound(err) {
			t.Errorf("after leaving: %v", err)
		}
		if _, err := f.content(interviewtest.Mei, file.ID); err != nil {
			t.Errorf("the other interviewer: %v", err)
		}
		if _, err := f.company.Interviews.Cancel(t.Context(), rosa, f.interviewID, ""); err != nil {
			t.Fatal(err)
		}
		if _, err := f.content(interviewtest.Mei, file.ID); !apperr.IsNotFound(err) {
			t.Errorf("after the cancellation: %v", err)
		}
	})
}

func TestUploadRefuses(t *testing.T) {
	runOnBoth(t, func(t *testing.T, f *fixture) {
		f.upload("cv")
		for want, content := range map[string][]byte{
			"file.empty":        nil,
			"file.unsupported":  []byte("<html>"),
			"file.too_large":    bytes.Repeat(pdf(""), 2<<20),
			"file.duplicate":    pdf("cv"),
			"file.company_full": append(pdf(""), make([]byte, 1<<20)...),
		} {
			if _, err := f.Upload(t.Context(), rosa, f.candidateID, "x.pdf", content); apperrtest.CodeOf(err) != want {
				t.Errorf("%v, want %s", err, want)
			}
		}
		if _, err := f.Upload(t.Context(), rosa, db.NewID(), "x.pdf", pdf("x")); !apperr.IsNotFound(err) {
			t.Errorf("an unknown candidate: %v", err)
		}
		if got := len(f.stored()); got != 1 {
			t.Errorf("%d contents", got)
		}
	})
}

// At the limits, one of several files that are uploaded at once is stored, and the contents of
// the others are deleted.
func TestUploadsAtOnce(t *testing.T) {
	runOnBoth(t, func(t *testing.T, f *fixture) {
		for n := range candidatefile.MaxFiles - 1 {
			f.upload(fmt.Sprint("cv ", n))
		}
		codes := apperrtest.CountCodes(dbtest.Concurrently(4, func(n int) error {
			_, err := f.Upload(t.Context(), rosa, f.candidateID, "x.pdf", pdf(fmt.Sprint(n)))
			return err
		}))
		if got := fmt.Sprint(codes); got != "map[:1 file.too_many:3]" {
			t.Error(got)
		}
		if got := len(f.stored()); got != candidatefile.MaxFiles {
			t.Errorf("%d contents", got)
		}
		others := []string{f.company.CreateCandidate(t, "甲", "").ID, f.company.CreateCandidate(t, "乙", "").ID}
		large := append(pdf("large"), make([]byte, 600<<10)...)
		codes = apperrtest.CountCodes(dbtest.Concurrently(2, func(n int) error {
			_, err := f.Upload(t.Context(), rosa, others[n], "x.pdf", large)
			return err
		}))
		if got := fmt.Sprint(codes); got != "map[:1 file.company_full:1]" {
			t.Error(got)
		}
	})
}

// A file that is deleted while it is read is read to its end.
func TestDeleteWhileReading(t *testing.T) {
	runOnBoth(t, func(t *testing.T, f *fixture) {
		file := f.upload("cv")
		_, in, err := f.Open(t.Context(), lin, file.ID)
		if err != nil {
			t.Fatal(err)
		}
		if err := errors.Join(f.Delete(t.Context(), rosa, file.ID), f.Store.Delete(t.Context(), file.ID)); err != nil {
			t.Fatal(err)
		}
		raw, err := io.ReadAll(in)
		if err := errors.Join(err, in.Close()); err != nil || !bytes.Equal(raw, pdf("cv")) {
			t.Errorf("%q, %v", raw, err)
		}
	})
}

// Of several deletions at once, one succeeds.
func TestDeletionsAtOnce(t *testing.T) {
	runOnBoth(t, func(t *testing.T, f *fixture) {
		file := f.upload("cv")
		codes := apperrtest.CountCodes(dbtest.Concurrently(3, func(int) error { return f.Delete(t.Context(), rosa, file.ID) }))
		if got := fmt.Sprint(codes); got != "map[:1 error.not_found:2]" {
			t.Error(got)
		}
	})
}

// A legal hold keeps the files; a refused deletion keeps the content.
func TestDeleteOnHold(t *testing.T) {
	runOnBoth(t, func(t *testing.T, f *fixture) {
		file := f.upload("cv")
		dbtest.Exec(t, f.DB, "INSERT INTO candidate_holds (candidate_id, corp_id, reason, set_by, set_at) VALUES (?, ?, 'suit', 'ada', ?)", f.candidateID, interviewtest.CorpID, f.company.Clock.Now())
		if err := f.Delete(t.Context(), rosa, file.ID); apperrtest.CodeOf(err) != "file.on_hold" {
			t.Errorf("%v", err)
		}
		if _, err := f.content(lin, file.ID); err != nil {
			t.Error(err)
		}
		jobs, err := job.List(t.Context(), f.DB, job.Filter{Kind: candidatefile.DeleteArgs{}.Kind(), Limit: 10})
		if err != nil || len(jobs) != 0 {
			t.Errorf("jobs %+v, %v", jobs, err)
		}
	})
}

// A folder that cannot be written to stores no row, and a missing content is an error that
// is not in the audit log as an access.
func TestStoreFails(t *testing.T) {
	runOnBoth(t, func(t *testing.T, f *fixture) {
		file := f.upload("cv")
		blocked := filepath.Join(t.TempDir(), "files")
		if err := os.WriteFile(blocked, nil, 0o600); err != nil { // a file in the place of the folder
			t.Fatal(err)
		}
		store := f.Store
		f.Store = filestore.NewFolder(blocked)
		if _, err := f.Upload(t.Context(), rosa, f.candidateID, "x.pdf", pdf("x")); apperrtest.CodeOf(err) != "file.not_stored" || apperr.KindOf(err) != apperr.Unavailable {
			t.Errorf("an upload: %v", err)
		}
		if _, err := f.content(rosa, file.ID); apperrtest.CodeOf(err) != "file.not_readable" {
			t.Errorf("a read: %v", err)
		}
		if f.Store = store; f.Store.Delete(t.Context(), file.ID) != nil {
			t.Fatal("the content is not deleted")
		}
		if _, err := f.content(kai, file.ID); !apperr.IsNotFound(err) {
			t.Errorf("a missing content, without permission: %v", err)
		}
		if _, err := f.content(rosa, file.ID); apperrtest.CodeOf(err) != "file.missing" {
			t.Errorf("a missing content: %v", err)
		}
		if list, err := f.List(t.Context(), rosa, f.candidateID); err != nil || len(list) != 1 {
			t.Errorf("%d rows, %v", len(list), err)
		}
		if got := f.actions(); len(got) != 1 {
			t.Errorf("audit log %q", got)
		}
	})
}

// The sweep deletes a content whose row was not stored before a crash, after a day, and no
// other one.
func TestSweepDeletesContentsWithoutRows(t *testing.T) {
	runOnBoth(t, func(t *testing.T, f *fixture) {
		file := f.upload("cv")
		orphan := db.NewID()
		if err := f.Store.Write(t.Context(), orphan, strings.NewReader("x")); err != nil {
			t.Fatal(err)
		}
		for _, id := range []string{file.ID, orphan} {
			path := filepath.Join(f.Store.Location(), id[len(id)-2:], id)
			if now := f.company.Clock.Now(); os.Chtimes(path, now, now) != nil {
				t.Fatal("the time of the file is not set")
			}
		}
		f.company.Clock.Advance(23 * time.Hour)
		if err := f.Sweep(t.Context()); err != nil || len(f.stored()) != 2 {
			t.Errorf("after 23 hours: %q, %v", f.stored(), err)
		}
		f.company.Clock.Advance(2 * time.Hour)
		cancelled, cancel := context.WithCancel(t.Context())
		cancel()
		if err := f.Sweep(cancelled); err == nil || len(f.stored()) != 2 {
			t.Errorf("cancelled: %q, %v", f.stored(), err)
		}
		if err := f.Sweep(t.Context()); err != nil || !slices.Equal(f.stored(), []string{file.ID}) {
			t.Errorf("after 25 hours: %q, %v", f.stored(), err)
		}
	})
}
