package core

import (
	"net/http"
	"slices"

	"github.com/huimian/huimian/showmebug/showmebugtest/model"
)

// ReadCreator returns the member of the team whose id is user_id, or the zero Member without
// user_id.
func (r *Request) ReadCreator() model.Member {
	id := r.IntParam("user_id")
	if id != 0 && !slices.ContainsFunc(r.Team.Members, func(m model.Member) bool { return m.ID == id }) {
		r.AddError("user_id", "is no member of the team")
	}
	return r.Team.memberByID(id)
}

// ConsumeQuota uses one session of the team.
func (r *Request) ConsumeQuota() *APIError {
	if r.Team.Quota < 1 {
		return NewAPIError(model.CodeQuota, "剩余场次不足")
	}
	r.Team.Quota--
	return nil
}

const (
	// Prefix is the path of the Open API.
	Prefix = "/open_api/v1/"
	// MaxBody is the maximum size of a request body in bytes. ShowMeBug documents no limit.
	MaxBody = 4 << 20
	// MaxBatch is the documented maximum of entries in a batch.
	MaxBatch = 100
)

// Request is a call of the Open API in progress.
type Request struct {
	*Params

	HTTP     *http.Request
	Team     *TeamState
	App      *AppState // nil under client authorisation
	ID       string    // of the path
	Webhooks []*Delivery
}

// ClientID returns the id of the calling application.
func (r *Request) ClientID() string {
	if r.App != nil {
		return r.App.ClientID
	}
	return r.Team.ClientID
}

// Endpoint is a path of the Open API with its handler.
type Endpoint struct {
	Scope  string // required of platforms; "" for none
	Handle func(*Request) (any, *APIError)
}
