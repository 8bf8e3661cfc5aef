package wecomtest

import (
	"net/url"
	"slices"
)

// keptJobs is how many batch jobs WeCom remembers.
const keptJobs = 5

// batchJob is an import of members or departments. It is done when the call
// that starts it returns.
type batchJob struct {
	id, kind string
	rows     []batchRow
	err      *apiError // of the whole job
}

// batchRow is what became of one line of the file.
type batchRow struct {
	UserID  string `json:"userid,omitempty"`
	PartyID int64  `json:"partyid,omitempty"`
	Action  int    `json:"action,omitempty"` // of departments: 1 new, 2 renamed, 4 moved, 8 reordered
	Errcode int    `json:"errcode"`
	Errmsg  string `json:"errmsg"`
}

func (b batchRow) with(err *apiError) batchRow {
	b.Errmsg = "ok"
	if err != nil {
		b.Errcode, b.Errmsg = err.code, err.headline()
	}
	return b
}

type jobReply struct {
	JobID string `json:"jobid"`
}

// syncUsers is batch/syncuser.
//
// https://developer.work.weixin.qq.com/document/path/90980
func (s *Server) syncUsers(r *request) (any, *apiError) {
	return s.batch(r, "sync_user", userColumns, s.importUsers)
}

// replaceUsers is batch/replaceuser: who is not in the file is removed, unless
// that would be very many.
//
// https://developer.work.weixin.qq.com/document/path/90981
func (s *Server) replaceUsers(r *request) (any, *apiError) {
	return s.batch(r, "replace_user", userColumns, func(r *request, job *batchJob, lines []csvLine) {
		listed := map[string]bool{}
		for _, line := range lines {
			listed[fold(line["帐号"])] = true
		}
		gone := slices.DeleteFunc(slices.Clone(r.corp.everyone()), func(m *memberState) bool { return listed[m.key] })
		if tooManyDeletions(len(gone), len(r.corp.members)) {
			job.err = fail(45026)
			for _, m := range gone {
				job.rows = append(job.rows, batchRow{UserID: m.UserID}.with(job.err))
			}
			return
		}
		s.importUsers(r, job, lines)
		for _, m := range gone {
			s.write(r, m.UserID, func() { r.corp.remove(m) })
		}
	})
}

// tooManyDeletions is WeCom's guard.
func tooManyDeletions(gone, all int) bool {
	return (gone > 50 && gone*5 > all) || (gone < 50 && gone*5 > all*4)
}

// replaceParties is batch/replaceparty.
//
// https://developer.work.weixin.qq.com/document/path/90982
func (s *Server) replaceParties(r *request) (any, *apiError) {
	return s.batch(r, "replace_party", partyColumns, s.importParties)
}

// batch reads the file of a job and runs it.
func (s *Server) batch(r *request, kind string, columns []string, run func(*request, *batchJob, []csvLine)) (any, *apiError) {
	var in struct {
		MediaID  string `json:"media_id"`
		ToInvite *bool  `json:"to_invite"`
		Callback *struct {
			URL            string `json:"url"`
			Token          string `json:"token"`
			EncodingAESKey string `json:"encodingaeskey"`
		} `json:"callback"`
	}
	if err := r.decode(&in); err != nil {
		return nil, err
	}
	f, err := s.findMedia(r.corp, in.MediaID, "file")
	if err != nil {
		return nil, err
	}
	var to Callback
	if in.Callback != nil {
		to = Callback(*in.Callback)
		if err := to.check(); err != nil {
			return nil, err
		}
	}
	lines, err := readTable(f.data, columns)
	if err != nil {
		return nil, err
	}
	job := &batchJob{id: s.randomText(30), kind: kind, rows: []batchRow{}}
	run(r, job, lines)
	r.corp.jobs = append(r.corp.jobs, job)
	r.corp.jobs = r.corp.jobs[max(0, len(r.corp.jobs)-keptJobs):]
	if to.URL != "" {
		r.later = append(r.later, s.jobEvent(r.corp, job, to))
	}
	return jobReply{job.id}, nil
}

// check holds an address that a call brings against the form of such addresses.
func (c Callback) check() *apiError {
	if u, err := url.Parse(c.URL); err != nil || !isWeb(c.URL) || u.Host == "" || c.Token == "" {
		return fail(40057)
	}
	if _, err := aesKey(c.EncodingAESKey); err != nil {
		return invalidParam("callback.encodingaeskey")
	}
	return nil
}

// jobEvent is batch_job_result, to the address that the job brought.
//
// https://developer.work.weixin.qq.com/document/path/90973
func (s *Server) jobEvent(c *corpState, job *batchJob, to Callback) *outgoing {
	row := batchRow{}.with(job.err)
	e := header(c.ID, "sys", s.now(), "event").text("Event", "batch_job_result").open("BatchJob").text("JobId", job.id).
		text("JobType", job.kind).number("ErrCode", int64(row.Errcode)).text("ErrMsg", row.Errmsg).close("BatchJob")
	s.seq++
	o := &outgoing{to: to}
	o.Delivery = Delivery{Seq: s.seq, Time: s.now(), CorpID: c.ID, URL: to.URL, Event: "batch_job_result", From: "sys", Plain: string(e.bytes())}
	return o
}

// batchResult is batch/getresult.
//
// https://developer.work.weixin.qq.com/document/path/90983
func (s *Server) batchResult(r *request) (any, *apiError) {
	for _, job := range r.corp.jobs {
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
	return nil, fail(40089)
}
