package showmebug

import (
	"context"
	"encoding/json"
	"net/http"
)

// VideoService returns the recordings of written tests.
// See https://www.showmebug.com/help/openapi/api-written.html
type VideoService struct{ client *Client }

// Video is a recording. All its fields are inferred; only Raw is certain.
type Video struct {
	ID  string `json:"id"`
	URL string `json:"url"`

	Raw json.RawMessage `json:"-"` // the whole object
}

// Get returns the URL of a recording. SDK only; the response is inferred.
// See https://www.showmebug.com/help/openapi/api-written.html
func (s *VideoService) Get(ctx context.Context, id string) (*Video, error) {
	var v validator
	v.checkUID("id", id)
	if v.err() != nil {
		return nil, v.err()
	}
	var video Video
	op := call{method: http.MethodGet, path: "/open_api/v1/videos/" + id, readOnly: true}
	if err := s.client.do(ctx, op, &video); err != nil {
		return nil, err
	}
	return &video, nil
}
