package server

import (
	"github.com/huimian/huimian/internal/interview"
	"github.com/huimian/huimian/internal/server/resource"
)

// Room is the room of an interview with what only members may see.
type Room struct {
	resource.Room

	Addresses []RoomAddress `json:"addresses,omitempty" doc:"Individual URLs of interviewers, for kind link; only for callers who may edit"`
	Rating    *float64      `json:"rating,omitempty" doc:"ShowMeBug's rating, once the caller's own scorecard is submitted"`
	Report    []RoomFact    `json:"report,omitempty" doc:"Further fields of ShowMeBug's report, under ShowMeBug's names"`
}

// RoomAddress is the individual URL of one interviewer.
type RoomAddress struct {
	UserID string `json:"userId" maxLength:"64"`
	URL    string `json:"url" maxLength:"2000" doc:"https"`
}

// RoomFact is one field of a room's report.
type RoomFact struct {
	Name  string `json:"name"`
	Value string `json:"value"`
}

// RoomInput selects a room, with individual URLs of interviewers.
type RoomInput struct {
	resource.RoomInput

	Addresses []RoomAddress `json:"addresses,omitempty" maxItems:"20" doc:"Individual URLs of interviewers, for kind link"`
}

// toRoom maps the room of an interview as the domain returns it for a member.
func toRoom(lang string, i *interview.Interview, v interview.RoomView) Room {
	out := Room{Room: resource.NewRoom(lang, i, v), Rating: v.Rating}
	for _, m := range i.Interviewers {
		if address := v.Addresses[m.UserID]; address != "" {
			out.Addresses = append(out.Addresses, RoomAddress{m.UserID, address})
		}
	}
	for _, fact := range v.Report {
		out.Report = append(out.Report, RoomFact(fact))
	}
	return out
}

// applyTo sets the room of the plan; a nil input changes nothing.
func (in *RoomInput) applyTo(p *interview.Plan) {
	if in == nil {
		return
	}
	in.ApplyTo(p)
	p.RoomAddresses = nil
	for _, a := range in.Addresses {
		p.RoomAddresses = append(p.RoomAddresses, interview.RoomAddress(a))
	}
}
