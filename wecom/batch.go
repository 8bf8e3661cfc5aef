package wecom

import (
	"context"
	"net/url"
)

// BatchService imports contacts from files in asynchronous jobs. It requires
// the secret of the contact sync helper. One job runs at a time (302008).
// See https://developer.work.weixin.qq.com/document/path/90980
type BatchService struct{ client *Client }

// BatchOptions configures a job. Without CallbackURL, poll GetResult.
type BatchOptions struct {
	SkipInvitation bool // do not invite new members to join
	CallbackURL    string
	Token          Secret
	EncodingAESKey Secret
}

type batchCallback struct {
	URL            string `json:"url"`
	Token          string `json:"token"`
	EncodingAESKey string `json:"encodingaeskey"`
}

// SyncUsers adds and updates the members of an uploaded CSV file.
// See https://developer.work.weixin.qq.com/document/path/90980
func (s *BatchService) SyncUsers(ctx context.Context, mediaID string, o BatchOptions) (jobID string, err error) {
	return s.startJob(ctx, "/cgi-bin/batch/syncuser", mediaID, o, true)
}

// ReplaceUsers replaces all members by those of an uploaded CSV file: members
// who are not in the file are deleted. WeCom stops a job that would delete very
// many (45026).
// See https://developer.work.weixin.qq.com/document/path/90981
func (s *BatchService) ReplaceUsers(ctx context.Context, mediaID string, o BatchOptions) (jobID string, err error) {
	return s.startJob(ctx, "/cgi-bin/batch/replaceuser", mediaID, o, true)
}

// ReplaceDepartments replaces all departments by those of an uploaded CSV file.
// See https://developer.work.weixin.qq.com/document/path/90982
func (s *BatchService) ReplaceDepartments(ctx context.Context, mediaID string, o BatchOptions) (jobID string, err error) {
	return s.startJob(ctx, "/cgi-bin/batch/replaceparty", mediaID, o, false)
}

func (s *BatchService) startJob(ctx context.Context, path, mediaID string, o BatchOptions, members bool) (string, error) {
	body := struct {
		MediaID  string         `json:"media_id"`
		ToInvite *bool          `json:"to_invite,omitempty"`
		Callback *batchCallback `json:"callback,omitempty"`
	}{MediaID: mediaID}
	if members {
		invite := !o.SkipInvitation
		body.ToInvite = &invite
	}
	if o.CallbackURL != "" {
		body.Callback = &batchCallback{o.CallbackURL, string(o.Token), string(o.EncodingAESKey)}
	}
	var reply struct {
		envelope
		JobID string `json:"jobid"`
	}
	if err := s.client.doCall(ctx, s.client.postCall(path, body), &reply); err != nil {
		return "", err
	}
	return reply.JobID, nil
}

// States of a BatchJob.
const (
	BatchJobStarted   = 1
	BatchJobRunning   = 2
	BatchJobCompleted = 3
)

// BatchJob is the progress of a job.
type BatchJob struct {
	Status     int           `json:"status"` // BatchJobStarted, BatchJobRunning or BatchJobCompleted
	Type       string        `json:"type"`   // sync_user, replace_user, replace_party
	Total      int           `json:"total"`
	Percentage int           `json:"percentage"`
	Results    []BatchResult `json:"result"` // once completed
}

// BatchResult is the result for one line of the file.
type BatchResult struct {
	UserID       string `json:"userid"`
	DepartmentID int64  `json:"partyid"`
	Action       int    `json:"action"` // of departments, a sum: 1 created, 2 renamed, 4 moved, 8 reordered
	ErrCode      int    `json:"errcode"`
	ErrMsg       string `json:"errmsg"`
}

// GetResult returns the progress of a job. WeCom keeps the last five jobs
// (40089).
// See https://developer.work.weixin.qq.com/document/path/90983
func (s *BatchService) GetResult(ctx context.Context, jobID string) (*BatchJob, error) {
	var reply struct {
		envelope
		BatchJob
	}
	if err := s.client.doCall(ctx, s.client.getCall("/cgi-bin/batch/getresult", url.Values{"jobid": {jobID}}), &reply); err != nil {
		return nil, err
	}
	return &reply.BatchJob, nil
}
