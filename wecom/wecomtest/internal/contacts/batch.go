package contacts

import (
	"net/url"
	"slices"

	"github.com/huimian/huimian/wecom/wecomtest/internal/core"
	"github.com/huimian/huimian/wecom/wecomtest/model"
)

// maxBatchJobs is the number of batch jobs whose results WeCom keeps.
const maxBatchJobs = 5

func rowWithError(b core.BatchRow, err *core.APIError) core.BatchRow {
	b.Errmsg = "ok"
	if err != nil {
		b.Errcode, b.Errmsg = err.Code, err.ShortMessage()
	}
	return b
}

// JobReply is the reply to a batch job.
type JobReply struct {
	JobID string `json:"jobid"`
}

// syncUsers implements batch/syncuser.
//
// https://developer.work.weixin.qq.com/document/path/90980
func (s *Service) syncUsers(r *core.Request) (any, *core.APIError) {
	return s.runBatchJob(r, "sync_user", userColumns, s.importUsers)
}

// replaceUsers implements batch/replaceuser. It removes members who are not in the file, unless
// tooManyDeletions.
//
// https://developer.work.weixin.qq.com/document/path/90981
func (s *Service) replaceUsers(r *core.Request) (any, *core.APIError) {
	return s.runBatchJob(r, "replace_user", userColumns, func(r *core.Request, job *core.BatchJob, lines []csvRow) {
		listed := map[string]bool{}
		for _, line := range lines {
			listed[core.FoldUserID(line["帐号"])] = true
		}
		gone := slices.DeleteFunc(slices.Clone(r.Corp.AllMembers()), func(m *core.MemberState) bool { return listed[m.Key] })
		if tooManyDeletions(len(gone), len(r.Corp.Members)) {
			job.Err = core.NewAPIError(45026)
			for _, m := range gone {
				job.Rows = append(job.Rows, rowWithError(core.BatchRow{UserID: m.UserID}, job.Err))
			}
			return
		}
		s.importUsers(r, job, lines)
		for _, m := range gone {
			s.updateMember(r, m.UserID, func() { r.Corp.RemoveMember(m) })
		}
	})
}

// tooManyDeletions implements WeCom's safeguard: more than 50 deletions must not exceed 20 % of all
// members, fewer than 50 must not exceed 80 %.
func tooManyDeletions(gone, all int) bool {
	return (gone > 50 && gone*5 > all) || (gone < 50 && gone*5 > all*4)
}

// replaceParties implements batch/replaceparty.
//
// https://developer.work.weixin.qq.com/document/path/90982
func (s *Service) replaceParties(r *core.Request) (any, *core.APIError) {
	return s.runBatchJob(r, "replace_party", partyColumns, s.importParties)
}

// runBatchJob reads the uploaded file of a job and runs the job.
func (s *Service) runBatchJob(r *core.Request, kind string, columns []string, run func(*core.Request, *core.BatchJob, []csvRow)) (any, *core.APIError) {
	var in struct {
		MediaID  string `json:"media_id"`
		ToInvite *bool  `json:"to_invite"`
		Callback *struct {
			URL            string `json:"url"`
			Token          string `json:"token"`
			EncodingAESKey string `json:"encodingaeskey"`
		} `json:"callback"`
	}
	if err := r.DecodeBody(&in); err != nil {
		return nil, err
	}
	f, err := s.FindMedia(r.Corp, in.MediaID, "file")
	if err != nil {
		return nil, err
	}
	var to model.Callback
	if in.Callback != nil {
		to = model.Callback(*in.Callback)
		if err := checkCallback(to); err != nil {
			return nil, err
		}
	}
	lines, err := parseCSV(f.Data, columns)
	if err != nil {
		return nil, err
	}
	job := &core.BatchJob{ID: s.RandomText(30), Kind: kind, Rows: []core.BatchRow{}}
	run(r, job, lines)
	r.Corp.BatchJobs = append(r.Corp.BatchJobs, job)
	r.Corp.BatchJobs = r.Corp.BatchJobs[max(0, len(r.Corp.BatchJobs)-maxBatchJobs):]
	if to.URL != "" {
		r.Events = append(r.Events, s.newBatchJobEvent(r.Corp, job, to))
	}
	return JobReply{job.ID}, nil
}

// checkCallback checks the callback of a batch job.
func checkCallback(c model.Callback) *core.APIError {
	if u, err := url.Parse(c.URL); err != nil || !core.IsHTTPURL(c.URL) || u.Host == "" || c.Token == "" {
		return core.NewAPIError(40057)
	}
	if _, err := core.DecodeAESKey(c.EncodingAESKey); err != nil {
		return core.InvalidParam("callback.encodingaeskey")
	}
	return nil
}

// newBatchJobEvent returns batch_job_result, addressed to the callback of the job.
//
// https://developer.work.weixin.qq.com/document/path/90973
func (s *Service) newBatchJobEvent(c *core.CorpState, job *core.BatchJob, to model.Callback) *core.PendingCallback {
	row := rowWithError(core.BatchRow{}, job.Err)
	e := core.NewMessageXML(c.ID, "sys", s.CurrentTime(), "event").AddText("Event", "batch_job_result").OpenElement("BatchJob").AddText("JobId", job.ID).
		AddText("JobType", job.Kind).AddNumber("ErrCode", int64(row.Errcode)).AddText("ErrMsg", row.Errmsg).CloseElement("BatchJob")
	s.Seq++
	o := &core.PendingCallback{To: to}
	o.Delivery = model.Delivery{Seq: s.Seq, Time: s.CurrentTime(), CorpID: c.ID, URL: to.URL, Event: "batch_job_result", From: "sys", Plain: string(e.ToBytes())}
	return o
}

// getBatchResult implements batch/getresult.
//
// https://developer.work.weixin.qq.com/document/path/90983
func (s *Service) getBatchResult(r *core.Request) (any, *core.APIError) {
	for _, job := range r.Corp.BatchJobs {
		if job.ID == r.Query.Get("jobid") {
			return struct {
				Status     int             `json:"status"`
				Type       string          `json:"type"`
				Total      int             `json:"total"`
				Percentage int             `json:"percentage"`
				Result     []core.BatchRow `json:"result"`
			}{3, job.Kind, len(job.Rows), 100, job.Rows}, nil
		}
	}
	return nil, core.NewAPIError(40089)
}
