package resource

import "github.com/huimian/huimian/internal/interview"

// Meeting is the audio and video meeting of an interview, beside its room.
type Meeting struct {
	Kind string `json:"kind" enum:"none,wecom,link" doc:"wecom: a WeCom meeting, created after scheduling. link: any URL"`
	URL  string `json:"url,omitempty" doc:"https; absent while a WeCom meeting is being created"`
	Code string `json:"code,omitempty" doc:"Meeting number, as participants enter it"`
}

// MeetingInput selects a meeting.
type MeetingInput struct {
	Kind string `json:"kind" enum:"none,wecom,link"`
	URL  string `json:"url,omitempty" maxLength:"2000" doc:"https, for kind link"`
	Code string `json:"code,omitempty" maxLength:"100" doc:"Meeting number and password, for kind link"`
}

// NewMeeting maps the meeting of an interview for its members.
func NewMeeting(m interview.Meeting) Meeting {
	if m.Kind == "" {
		m.Kind = interview.NoMeeting
	}
	return Meeting{Kind: string(m.Kind), URL: m.URL, Code: m.Code}
}

// NewCandidateMeeting maps the meeting of an interview for its candidate.
func NewCandidateMeeting(m interview.Meeting) Meeting {
	m.URL = m.CandidateURL()
	return NewMeeting(m)
}

// applyTo sets the meeting of the plan; a nil input changes nothing.
func (in *MeetingInput) applyTo(p *interview.Plan) {
	if in != nil {
		p.Meeting = interview.Meeting{Kind: interview.MeetingKind(in.Kind), URL: in.URL, Code: in.Code}
	}
}
