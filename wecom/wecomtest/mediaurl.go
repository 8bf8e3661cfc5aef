package wecomtest

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
)

// urlJobTTL is how long the result of an upload by URL is available.
const urlJobTTL = time.Hour

// urlJob is an upload by URL. Server.mu guards it.
type urlJob struct {
	corp      *corpState
	createdAt time.Time
	status    int // 1 in progress, 2 done, 3 failed
	mediaID   string
	errorText string
}

// uploadByURL implements media/upload_by_url. Unlike in WeCom, files over 20 MB fail.
//
// https://developer.work.weixin.qq.com/document/path/96219
func (s *Server) uploadByURL(r *request) (any, *apiError) {
	var in struct {
		Scene Int    `json:"scene"`
		Type  string `json:"type"`
		Name  string `json:"filename"`
		URL   string `json:"url"`
		MD5   string `json:"md5"`
	}
	if err := r.decodeBody(&in); err != nil {
		return nil, err
	}
	switch {
	case !r.app.Customers:
		return nil, newAPIError(48002)
	case in.Scene != 1:
		return nil, invalidParam("scene")
	case in.Type != "video" && in.Type != "file":
		return nil, newAPIError(40005)
	case in.Name == "" || len(in.Name) > 128:
		return nil, invalidParam("filename")
	case !isHTTPURL(in.URL) || len(in.URL) > 1024:
		return nil, newAPIError(40094)
	case len(in.MD5) != 32:
		return nil, invalidParam("md5")
	}
	job := &urlJob{corp: r.corp, createdAt: s.currentTime(), status: 1}
	id := s.randomText(30)
	s.urlJobs.put(id, job, s.currentTime(), s.currentTime().Add(urlJobTTL))
	f := &mediaFile{kind: in.Type, name: in.Name}
	r.backgroundTask = func(ctx context.Context) { s.completeURLJob(ctx, r, job, f, in.URL, in.MD5) }
	return struct {
		ID string `json:"jobid"`
	}{id}, nil
}

// completeURLJob downloads the file and sets the result of the job.
func (s *Server) completeURLJob(ctx context.Context, r *request, job *urlJob, f *mediaFile, address, sum string) {
	var err error
	f.data, err = s.downloadFile(ctx, address)
	if err == nil {
		if got := md5.Sum(f.data); !strings.EqualFold(hex.EncodeToString(got[:]), sum) {
			err = errors.New("the MD5 does not match")
		}
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	if err != nil {
		job.status, job.errorText = 3, err.Error()
		return
	}
	f.mime = detectMIMEType(f.name, f.data)
	job.status, job.mediaID = 2, s.storeMedia(r, f)
}

func (s *Server) downloadFile(ctx context.Context, address string) ([]byte, error) {
	ctx, cancel := context.WithTimeout(ctx, time.Minute)
	defer cancel()
	req, err := http.NewRequestWithContext(ctx, http.MethodGet, address, http.NoBody)
	if err != nil {
		return nil, fmt.Errorf("downloading the file: %w", err)
	}
	resp, err := s.httpClient().Do(req)
	if err != nil {
		return nil, fmt.Errorf("downloading the file: %w", err)
	}
	defer resp.Body.Close()
	data, err := io.ReadAll(io.LimitReader(resp.Body, 20*megabyte+1))
	switch {
	case err != nil:
		return nil, fmt.Errorf("downloading the file: %w", err)
	case resp.StatusCode != http.StatusOK:
		return nil, fmt.Errorf("downloading the file: HTTP %d", resp.StatusCode)
	case len(data) > 20*megabyte:
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
func (s *Server) getURLJobResult(r *request) (any, *apiError) {
	var in jobReply
	if err := r.decodeBody(&in); err != nil {
		return nil, err
	}
	job, ok := s.urlJobs.get(in.JobID)
	if !ok || job.corp != r.corp || s.currentTime().Sub(job.createdAt) >= urlJobTTL {
		return nil, newAPIError(40089)
	}
	out := struct {
		Status int          `json:"status"`
		Detail urlJobDetail `json:"detail"`
	}{job.status, urlJobDetail{Errmsg: "ok", MediaID: job.mediaID, CreatedAt: formatID(job.createdAt.Unix())}}
	if job.status == 3 {
		out.Detail.Errcode, out.Detail.Errmsg = 830001, job.errorText
	}
	return out, nil
}
