package showmebug

import (
	"context"
	"encoding/json"
	"net/http"
)

// VideoService gives recordings of written tests.
// See https://www.showmebug.com/help/openapi/api-written.html
type VideoService struct{ client *Client }

// Video is a recording. All its fields are inferred: what is certain is Raw.
type Video struct {
	ID  string `json:"id"`
	URL string `json:"url"`

	Raw json.RawMessage `json:"-"` // all of it
}

// Get reads where a recording is. SDK only; the reply is inferred.
// See https://www.showmebug.com/help/openapi/api-written.html
func (s *VideoService) Get(ctx context.Context, id string) (*Video, error) {
	var k validator
	k.checkUID("id", id)
	if k.err() != nil {
		return nil, k.err()
	}
	var video Video
	op := call{method: http.MethodGet, path: "/open_api/v1/videos/" + id, readOnly: true}
	if err := s.client.do(ctx, op, &video); err != nil {
		return nil, err
	}
	return &video, nil
}
