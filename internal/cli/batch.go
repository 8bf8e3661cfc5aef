package cli

import (
	"context"
	"fmt"
	"time"

	"github.com/huimian/huimian/wecom"
)

// askEvery is how often a job is asked how far it has come.
const askEvery = 2 * time.Second

type batchCommands struct {
	SyncUsers          batchSync        `cmd:"" help:"Add and change the members of a CSV file."`
	ReplaceUsers       batchUsers       `cmd:"" help:"Make the members those of a CSV file: others are removed."`
	ReplaceDepartments batchDepartments `cmd:"" help:"Make the departments those of a CSV file."`
	Result             batchResult      `cmd:"" help:"How far a job has come."`
}

type batchFile struct {
	File       string `arg:"" type:"path" help:"CSV file by WeCom's template, UTF-8."`
	NoInvite   bool   `help:"Do not invite new members to join."`
	Wait       bool   `help:"Wait until the job is done, and show what became of each line."`
	UploadedAs string `help:"Name of the file inside WeCom."`
}

type starter func(ctx context.Context, mediaID string, o wecom.BatchOptions) (string, error)

// start uploads the file and starts the job.
func (c *batchFile) start(ctx context.Context, s *session, choose func(*wecom.Client) starter) error {
	w, err := s.client()
	if err != nil {
		return err
	}
	up, end, err := s.open(ctx, c.File, c.UploadedAs)
	if err != nil {
		return err
	}
	media, err := w.Media.Upload(ctx, wecom.MediaFile, up)
	end()
	if err != nil {
		return err
	}
	job, err := choose(w)(ctx, media.MediaID, wecom.BatchOptions{SkipInvitation: c.NoInvite})
	if err != nil {
		return err
	}
	if !c.Wait {
		return s.show(map[string]string{"jobid": job}, one(job))
	}
	return waitJob(ctx, s, w, job)
}

func waitJob(ctx context.Context, s *session, w *wecom.Client, id string) error {
	p := s.progress(ctx, 100)
	tick := time.NewTicker(askEvery)
	defer tick.Stop()
	for {
		job, err := w.Batch.GetResult(ctx, id)
		if err != nil {
			return err
		}
		p.set(int64(job.Percentage))
		if job.Status == wecom.BatchJobCompleted {
			p.end()
			return s.show(job, jobTable(job))
		}
		select {
		case <-ctx.Done():
			return fmt.Errorf("waiting for job %s: %w", id, ctx.Err())
		case <-tick.C:
		}
	}
}

func jobTable(job *wecom.BatchJob) table {
	states := map[int]string{wecom.BatchJobStarted: "started", wecom.BatchJobRunning: "running", wecom.BatchJobCompleted: "done"}
	t := pairs("state", states[job.Status], "type", job.Type, "lines", fmt.Sprint(job.Total), "percent", fmt.Sprint(job.Percentage))
	for _, r := range job.Results {
		if r.ErrCode != 0 {
			t.rows = append(t.rows, []string{orText(r.UserID, number(r.DepartmentID)), fmt.Sprintf("errcode %d: %s", r.ErrCode, wecom.Explain(r.ErrCode).Text)})
		}
	}
	return t
}

type batchSync struct{ batchFile }

// Run adds and changes members.
func (c *batchSync) Run(ctx context.Context, s *session) error {
	return c.start(ctx, s, func(w *wecom.Client) starter { return w.Batch.SyncUsers })
}

type batchUsers struct{ batchFile }

// Run replaces all members.
func (c *batchUsers) Run(ctx context.Context, s *session) error {
	return c.start(ctx, s, func(w *wecom.Client) starter { return w.Batch.ReplaceUsers })
}

type batchDepartments struct{ batchFile }

// Run replaces all departments.
func (c *batchDepartments) Run(ctx context.Context, s *session) error {
	return c.start(ctx, s, func(w *wecom.Client) starter { return w.Batch.ReplaceDepartments })
}

type batchResult struct {
	JobID string `arg:"" name:"jobid"`
	Wait  bool   `help:"Wait until the job is done."`
}

// Run shows a job.
func (c *batchResult) Run(ctx context.Context, s *session) error {
	if c.Wait {
		w, err := s.client()
		if err != nil {
			return err
		}
		return waitJob(ctx, s, w, c.JobID)
	}
	return run(s, func(w *wecom.Client) (*wecom.BatchJob, error) { return w.Batch.GetResult(ctx, c.JobID) }, jobTable)
}
