package messaging

import (
	"context"
	"crypto/md5" // #nosec G501 -- required by WeCom
	"encoding/hex"
	"errors"
	"fmt"
	"io"
	"net/http"
	"strings"
	"time"

	"github.com/huimian/huimian/wecom/wecomtest/internal/contacts"
	"github.com/huimian/huimian/wecom/wecomtest/internal/core"
	"github.com/huimian/huimian/wecom/wecomtest/model"
)

// urlJobTTL is how long the result of an upload by URL is available.
const urlJobTTL = time.Hour

// urlJob is an upload by URL. Core.Mu guards it.
type urlJob struct {
	corp      *core.CorpState
	createdAt time.Time
	status    int // 1 in progress, 2 done, 3 failed
	mediaID   string
	errorText string
}

// uploadByURL implements media/upload_by_url. Unlike in WeCom, files over 20 MB fail.
//
// https://developer.work.weixin.qq.com/document/path/96219
func (s *Service) uploadByURL(r *core.Request) (any, *core.APIError) {
	var in struct {
		Scene model.Int `json:"scene"`
		Type  string    `json:"type"`
		Name  string    `json:"filename"`
		URL   string    `json:"url"`
		MD5   string    `json:"md5"`
	}
	if err := r.DecodeBody(&in); err != nil {
		return nil, err
	}
	switch {
	case !r.App.Customers:
		return nil, core.NewAPIError(48002)
	case in.Scene != 1:
		return nil, core.InvalidParam("scene")
	case in.Type != "video" && in.Type != "file":
		return nil, core.NewAPIError(40005)
	case in.Name == "" || len(in.Name) > 128:
		return nil, core.InvalidParam("filename")
	case !core.IsHTTPURL(in.URL) || len(in.URL) > 1024:
		return nil, core.NewAPIError(40094)
	case len(in.MD5) != 32:
		return nil, core.InvalidParam("md5")
	}
	job := &urlJob{corp: r.Corp, createdAt: s.CurrentTime(), status: 1}
	id := s.RandomText(30)
	s.urlJobs.Put(id, job, s.CurrentTime(), s.CurrentTime().Add(urlJobTTL))
	f := &core.MediaFile{Kind: in.Type, Name: in.Name}
	r.BackgroundTask = func(ctx context.Context) { s.completeURLJob(ctx, r, job, f, in.URL, in.MD5) }
	return struct {
		ID string `json:"jobid"`
	}{id}, nil
}

// completeURLJob downloads the file and sets the result of the job.
func (s *Service) completeURLJob(ctx context.Context, r *core.Request, job *urlJob, f *core.MediaFile, address, sum string) {
	var err error
	f.Data, err = s.downloadFile(ctx, address)
	if err == nil {
		if got := md5.Sum(f.Data); !strings.EqualFold(hex.EncodeToString(got[:]), sum) {
			err = errors.New("the MD5 does not match")
		}
	}
	s.Mu.Lock()
	defer s.Mu.Unlock()
	if err != nil {
		job.status, job.errorText = 3, err.Error()
		return
	}
	f.Mime = detectMIMEType(f.Name, f.Data)
	job.status, job.mediaID = 2, s.StoreMedia(r, f)
}

func (s *Service) downloadFile(ctx context.Context, address string) ([]byte, error) {
	ctx, cancel := context.WithTimeout(ctx, time.Minute)
	defer cancel()
	req, err := http.NewRequestWithContext(ctx, http.MethodGet, address, http.NoBody)
	if err != nil {
		return nil, fmt.Errorf("downloading the file: %w", err)
	}
	resp, err := s.HTTPClient().Do(req)
	if err != nil {
		return nil, fmt.Errorf("downloading the file: %w", err)
	}
	defer resp.Body.Close()
	data, err := io.ReadAll(io.LimitReader(resp.Body, 20*core.Megabyte+1))
	switch {
	case err != nil:
		return nil, fmt.Errorf("downloading the file: %w", err)
	case resp.StatusCode != http.StatusOK:
		return nil, fmt.Errorf("downloading the file: HTTP %d", resp.StatusCode)
	case len(data) > 20*core.Megabyte:
		return nil, errors.New("downloading the file: more than 20 MB")
	}
	return data, nil
}

type urlJobDetail struct {
	Errcode   int    `json:"errcode"`
	Errmsg    string `json:"errmsg"`
	MediaID   string `json:"media_id"`
	CreatedAt string `json:"created_at"`
}

// getURLJobResult implements media/get_upload_by_url_result.
func (s *Service) getURLJobResult(r *core.Request) (any, *core.APIError) {
	var in contacts.JobReply
	if err := r.DecodeBody(&in); err != nil {
		return nil, err
	}
	job, ok := s.urlJobs.Get(in.JobID)
	if !ok || job.corp != r.Corp || s.CurrentTime().Sub(job.createdAt) >= urlJobTTL {
		return nil, core.NewAPIError(40089)
	}
	out := struct {
		Status int          `json:"status"`
		Detail urlJobDetail `json:"detail"`
	}{job.status, urlJobDetail{Errmsg: "ok", MediaID: job.mediaID, CreatedAt: contacts.FormatID(job.createdAt.Unix())}}
	if job.status == 3 {
		out.Detail.Errcode, out.Detail.Errmsg = 830001, job.errorText
	}
	return out, nil
}
