package cli

import (
	"cmp"
	"context"
	"fmt"
	"time"

	"github.com/huimian/huimian/wecom"
)

// jobPollInterval is the time between two requests for the progress of a job.
const jobPollInterval = 2 * time.Second

type batchCommands struct {
	SyncUsers          batchSync        `cmd:"" help:"Add and update members from a CSV file."`
	ReplaceUsers       batchUsers       `cmd:"" help:"Replace all members by those of a CSV file; other members are removed."`
	ReplaceDepartments batchDepartments `cmd:"" help:"Replace all departments by those of a CSV file."`
	Result             batchResult      `cmd:"" help:"Progress and result of a job."`
}

type batchFileFlags struct {
	File       string `arg:"" type:"path" help:"CSV file in the format of WeCom's template, UTF-8."`
	NoInvite   bool   `help:"Do not invite new members to join."`
	Wait       bool   `help:"Wait until the job is done, and print the result of each line."`
	UploadedAs string `help:"File name to use in WeCom."`
}

type startJobFunc func(ctx context.Context, mediaID string, o wecom.BatchOptions) (string, error)

// startJob uploads the file, starts the job and, with --wait, waits for its result.
func (c *batchFileFlags) startJob(ctx context.Context, s *session, choose func(*wecom.Client) startJobFunc) error {
	w, err := s.newWeComClient()
	if err != nil {
		return err
	}
	up, end, err := s.openUpload(ctx, c.File, c.UploadedAs)
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
		return s.printResult(map[string]string{"jobid": job}, singleCellTable(job))
	}
	return waitForJob(ctx, s, w, job)
}

func waitForJob(ctx context.Context, s *session, w *wecom.Client, id string) error {
	p := s.newProgressBar(ctx, 100)
	tick := time.NewTicker(jobPollInterval)
	defer tick.Stop()
	for {
		job, err := w.Batch.GetResult(ctx, id)
		if err != nil {
			return err
		}
		p.setDone(int64(job.Percentage))
		if job.Status == wecom.BatchJobCompleted {
			p.finish()
			return s.printResult(job, batchJobTable(job))
		}
		select {
		case <-ctx.Done():
			return fmt.Errorf("waiting for job %s: %w", id, ctx.Err())
		case <-tick.C:
		}
	}
}

func batchJobTable(job *wecom.BatchJob) table {
	states := map[int]string{wecom.BatchJobStarted: "started", wecom.BatchJobRunning: "running", wecom.BatchJobCompleted: "done"}
	t := keyValueTable("state", states[job.Status], "type", job.Type, "lines", fmt.Sprint(job.Total), "percent", fmt.Sprint(job.Percentage))
	for _, r := range job.Results {
		if r.ErrCode != 0 {
			t.rows = append(t.rows, []string{cmp.Or(r.UserID, formatInt(r.DepartmentID)), fmt.Sprintf("errcode %d: %s", r.ErrCode, wecom.Explain(r.ErrCode).Text)})
		}
	}
	return t
}

type batchSync struct{ batchFileFlags }

func (c *batchSync) Run(ctx context.Context, s *session) error {
	return c.startJob(ctx, s, func(w *wecom.Client) startJobFunc { return w.Batch.SyncUsers })
}

type batchUsers struct{ batchFileFlags }

func (c *batchUsers) Run(ctx context.Context, s *session) error {
	return c.startJob(ctx, s, func(w *wecom.Client) startJobFunc { return w.Batch.ReplaceUsers })
}

type batchDepartments struct{ batchFileFlags }

func (c *batchDepartments) Run(ctx context.Context, s *session) error {
	return c.startJob(ctx, s, func(w *wecom.Client) startJobFunc { return w.Batch.ReplaceDepartments })
}

type batchResult struct {
	JobID string `arg:"" name:"jobid"`
	Wait  bool   `help:"Wait until the job is done."`
}

func (c *batchResult) Run(ctx context.Context, s *session) error {
	if c.Wait {
		w, err := s.newWeComClient()
		if err != nil {
			return err
		}
		return waitForJob(ctx, s, w, c.JobID)
	}
	return callAndPrint(s, func(w *wecom.Client) (*wecom.BatchJob, error) { return w.Batch.GetResult(ctx, c.JobID) }, batchJobTable)
}
