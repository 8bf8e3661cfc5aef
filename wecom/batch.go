package wecom

import (
	"context"
	"net/url"
)

// BatchService changes contacts by files, in jobs that take a while. It takes
// the secret of the contact sync helper. One job runs at a time (302008).
// See https://developer.work.weixin.qq.com/document/path/90980
type BatchService struct{ client *Client }

// BatchOptions say how a job tells when it is done. Without a callback address
// ask Result.
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

// SyncUsers adds and changes the members of a CSV file that was uploaded.
// See https://developer.work.weixin.qq.com/document/path/90980
func (s *BatchService) SyncUsers(ctx context.Context, mediaID string, o BatchOptions) (jobID string, err error) {
	return s.startJob(ctx, "/cgi-bin/batch/syncuser", mediaID, o, true)
}

// ReplaceUsers makes the members those of a CSV file: who is not in it is
// removed. A guard stops jobs that would remove very many (45026).
// See https://developer.work.weixin.qq.com/document/path/90981
func (s *BatchService) ReplaceUsers(ctx context.Context, mediaID string, o BatchOptions) (jobID string, err error) {
	return s.startJob(ctx, "/cgi-bin/batch/replaceuser", mediaID, o, true)
}

// ReplaceDepartments makes the departments those of a CSV file.
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

// The states of a job.
const (
	BatchJobStarted   = 1
	BatchJobRunning   = 2
	BatchJobCompleted = 3
)

// BatchJob is how far a job has come.
type BatchJob struct {
	Status     int           `json:"status"` // JobStarted and so on
	Type       string        `json:"type"`   // sync_user, replace_user, replace_party
	Total      int           `json:"total"`
	Percentage int           `json:"percentage"`
	Results    []BatchResult `json:"result"` // of JobDone
}

// BatchResult is what became of one line of the file.
type BatchResult struct {
	UserID       string `json:"userid"`
	DepartmentID int64  `json:"partyid"`
	Action       int    `json:"action"` // of departments, added up: 1 new, 2 renamed, 4 moved, 8 reordered
	ErrCode      int    `json:"errcode"`
	ErrMsg       string `json:"errmsg"`
}

// GetResult tells how far a job has come. The last five are kept (40089).
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
