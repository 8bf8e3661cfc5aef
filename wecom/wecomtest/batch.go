package wecomtest

import (
	"net/url"
	"slices"
)

// maxBatchJobs is the number of batch jobs whose results WeCom keeps.
const maxBatchJobs = 5

// batchJob is an import of members or departments. It completes within the call that starts it.
type batchJob struct {
	id, kind string
	rows     []batchRow
	err      *apiError // of the whole job
}

// batchRow is the result for one line of the file.
type batchRow struct {
	UserID  string `json:"userid,omitempty"`
	PartyID int64  `json:"partyid,omitempty"`
	Action  int    `json:"action,omitempty"` // of departments: 1 new, 2 renamed, 4 moved, 8 reordered
	Errcode int    `json:"errcode"`
	Errmsg  string `json:"errmsg"`
}

func (b batchRow) withError(err *apiError) batchRow {
	b.Errmsg = "ok"
	if err != nil {
		b.Errcode, b.Errmsg = err.code, err.shortMessage()
	}
	return b
}

type jobReply struct {
	JobID string `json:"jobid"`
}

// syncUsers implements batch/syncuser.
//
// https://developer.work.weixin.qq.com/document/path/90980
func (s *Server) syncUsers(r *request) (any, *apiError) {
	return s.runBatchJob(r, "sync_user", userColumns, s.importUsers)
}

// replaceUsers implements batch/replaceuser. It removes members who are not in the file, unless
// tooManyDeletions.
//
// https://developer.work.weixin.qq.com/document/path/90981
func (s *Server) replaceUsers(r *request) (any, *apiError) {
	return s.runBatchJob(r, "replace_user", userColumns, func(r *request, job *batchJob, lines []csvRow) {
		listed := map[string]bool{}
		for _, line := range lines {
			listed[foldUserID(line["帐号"])] = true
		}
		gone := slices.DeleteFunc(slices.Clone(r.corp.allMembers()), func(m *memberState) bool { return listed[m.key] })
		if tooManyDeletions(len(gone), len(r.corp.members)) {
			job.err = newAPIError(45026)
			for _, m := range gone {
				job.rows = append(job.rows, batchRow{UserID: m.UserID}.withError(job.err))
			}
			return
		}
		s.importUsers(r, job, lines)
		for _, m := range gone {
			s.updateMember(r, m.UserID, func() { r.corp.removeMember(m) })
		}
	})
}

// tooManyDeletions is WeCom's safeguard: more than 50 deletions must not exceed 20 % of all
// members, fewer than 50 must not exceed 80 %.
func tooManyDeletions(gone, all int) bool {
	return (gone > 50 && gone*5 > all) || (gone < 50 && gone*5 > all*4)
}

// replaceParties implements batch/replaceparty.
//
// https://developer.work.weixin.qq.com/document/path/90982
func (s *Server) replaceParties(r *request) (any, *apiError) {
	return s.runBatchJob(r, "replace_party", partyColumns, s.importParties)
}

// runBatchJob reads the uploaded file of a job and runs the job.
func (s *Server) runBatchJob(r *request, kind string, columns []string, run func(*request, *batchJob, []csvRow)) (any, *apiError) {
	var in struct {
		MediaID  string `json:"media_id"`
		ToInvite *bool  `json:"to_invite"`
		Callback *struct {
			URL            string `json:"url"`
			Token          string `json:"token"`
			EncodingAESKey string `json:"encodingaeskey"`
		} `json:"callback"`
	}
	if err := r.decodeBody(&in); err != nil {
		return nil, err
	}
	f, err := s.findMedia(r.corp, in.MediaID, "file")
	if err != nil {
		return nil, err
	}
	var to Callback
	if in.Callback != nil {
		to = Callback(*in.Callback)
		if err := to.checkFields(); err != nil {
			return nil, err
		}
	}
	lines, err := parseCSV(f.data, columns)
	if err != nil {
		return nil, err
	}
	job := &batchJob{id: s.randomText(30), kind: kind, rows: []batchRow{}}
	run(r, job, lines)
	r.corp.batchJobs = append(r.corp.batchJobs, job)
	r.corp.batchJobs = r.corp.batchJobs[max(0, len(r.corp.batchJobs)-maxBatchJobs):]
	if to.URL != "" {
		r.events = append(r.events, s.newBatchJobEvent(r.corp, job, to))
	}
	return jobReply{job.id}, nil
}

// checkFields checks the callback of a batch job.
func (c Callback) checkFields() *apiError {
	if u, err := url.Parse(c.URL); err != nil || !isHTTPURL(c.URL) || u.Host == "" || c.Token == "" {
		return newAPIError(40057)
	}
	if _, err := decodeAESKey(c.EncodingAESKey); err != nil {
		return invalidParam("callback.encodingaeskey")
	}
	return nil
}

// newBatchJobEvent returns batch_job_result, addressed to the callback of the job.
//
// https://developer.work.weixin.qq.com/document/path/90973
func (s *Server) newBatchJobEvent(c *corpState, job *batchJob, to Callback) *pendingCallback {
	row := batchRow{}.withError(job.err)
	e := newMessageXML(c.ID, "sys", s.currentTime(), "event").addText("Event", "batch_job_result").openElement("BatchJob").addText("JobId", job.id).
		addText("JobType", job.kind).addNumber("ErrCode", int64(row.Errcode)).addText("ErrMsg", row.Errmsg).closeElement("BatchJob")
	s.seq++
	o := &pendingCallback{to: to}
	o.Delivery = Delivery{Seq: s.seq, Time: s.currentTime(), CorpID: c.ID, URL: to.URL, Event: "batch_job_result", From: "sys", Plain: string(e.toBytes())}
	return o
}

// getBatchResult implements batch/getresult.
//
// https://developer.work.weixin.qq.com/document/path/90983
func (s *Server) getBatchResult(r *request) (any, *apiError) {
	for _, job := range r.corp.batchJobs {
		if job.id == r.query.Get("jobid") {
			return struct {
				Status     int        `json:"status"`
				Type       string     `json:"type"`
				Total      int        `json:"total"`
				Percentage int        `json:"percentage"`
				Result     []batchRow `json:"result"`
			}{3, job.kind, len(job.rows), 100, job.rows}, nil
		}
	}
	return nil, newAPIError(40089)
}
