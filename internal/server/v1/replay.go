package v1

import (
	"context"
	"reflect"
	"time"

	"github.com/danielgtaylor/huma/v2"
	"github.com/danielgtaylor/huma/v2/adapters/humago"

	"github.com/huimian/huimian/internal/actor"
	"github.com/huimian/huimian/internal/server/httpapi"
	"github.com/huimian/huimian/internal/transcript"
)

// Replay is the complete log of a built-in room, from which the session can be
// replayed. It contains the interviewers' notes. docs/room-protocol.md describes
// the events.
type Replay struct {
	InterviewID string           `json:"interviewId"`
	State       string           `json:"state" enum:"lobby,open,ended"`
	Documents   []ReplayDocument `json:"documents"`
	Events      []ReplayEvent    `json:"events"`
}

// ReplayDocument is the history of one document from the empty text on:
// version n is the text after the first n updates.
type ReplayDocument struct {
	Doc     string         `json:"doc" example:"code" doc:"code, code:<question id> (the answer to a question) or notes"`
	Updates []ReplayUpdate `json:"updates"`
}

// ReplayUpdate is one edit.
type ReplayUpdate struct {
	At      time.Time `json:"at"`
	Author  string    `json:"author" doc:"Id of the participant in this room; the data of the event join has the userid of a member"`
	Event   string    `json:"event,omitempty" doc:"CodeMirror's user event, such as input.paste"`
	Changes any       `json:"changes" doc:"CodeMirror change set as JSON, with positions in UTF-16 code units"`
}

// ReplayEvent is one entry of the log; the meaning of subject and data depends on
// the kind.
type ReplayEvent struct {
	Seq     int64     `json:"seq"`
	At      time.Time `json:"at"`
	Actor   string    `json:"actor,omitempty"`
	Kind    string    `json:"kind"`
	Subject string    `json:"subject,omitempty"`
	Version int       `json:"version" doc:"Version of the current answer after the event"`
	Data    any       `json:"data"`
}

func (a *API) getReplay(ctx context.Context, in *httpapi.ByID) (*huma.StreamResponse, error) {
	by := actorOf(ctx)
	i, err := a.Interviews.Get(ctx, by, in.ID)
	if err == nil {
		err = i.Require(by, actor.ReadRecords)
	}
	if err != nil {
		return nil, err
	}
	log, err := a.Rooms.OpenReplay(ctx, by.CorpID, i.ID)
	if err != nil {
		return nil, err
	}
	return &huma.StreamResponse{Body: func(c huma.Context) {
		r, w := humago.Unwrap(c)
		httpapi.StreamJSON(w, r, a.Logger, log.WriteJSON)
	}}, nil
}

// describeReplay adds the schema of the streamed response to the description.
func describeReplay(api huma.API) {
	path := api.OpenAPI().Paths[Prefix+"/interviews/{id}/replay"]
	schema := api.OpenAPI().Components.Schemas.Schema(reflect.TypeFor[Replay](), true, "")
	path.Get.Responses["200"].Content = map[string]*huma.MediaType{"application/json": {Schema: schema}}
}

// exportInput selects an interview and the form of the file.
type exportInput struct {
	httpapi.ByID

	Format string `query:"format" enum:"json,html" default:"json" doc:"html: a page that plays and verifies the log offline"`
}

func (a *API) exportReplay(ctx context.Context, in *exportInput) (*huma.StreamResponse, error) {
	by := actorOf(ctx)
	i, err := a.Interviews.Get(ctx, by, in.ID)
	if err == nil {
		err = i.Require(by, actor.ReadRecords)
	}
	if err != nil {
		return nil, err
	}
	export, err := a.Transcripts.Open(ctx, by, i.ID, transcript.Staff)
	if err != nil {
		return nil, err
	}
	return &huma.StreamResponse{Body: func(c huma.Context) {
		r, w := humago.Unwrap(c)
		name, contentType, write := export.File(in.Format == "html")
		httpapi.StreamDownload(w, r, a.Logger, name, contentType, write)
	}}, nil
}

// describeExport adds the types of the streamed file to the description.
func describeExport(api huma.API) {
	path := api.OpenAPI().Paths[Prefix+"/interviews/{id}/export"]
	path.Get.Responses["200"].Content = map[string]*huma.MediaType{
		"application/json": {Schema: &huma.Schema{Type: huma.TypeObject, Description: "A document of docs/replay-format.md", AdditionalProperties: true}},
		"text/html":        {Schema: &huma.Schema{Type: huma.TypeString}},
	}
}
