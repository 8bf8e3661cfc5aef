package server

import "time"

// Interview is one conversation of a candidate with one or more interviewers.
type Interview struct {
	ID                 string               `json:"id"`
	Title              string               `json:"title"`
	Round              int                  `json:"round" doc:"1 for the first"`
	State              string               `json:"state" enum:"scheduled,in_progress,ended,cancelled"`
	Position           Ref                  `json:"position"`
	Candidate          InterviewCandidate   `json:"candidate"`
	StartsAt           time.Time            `json:"startsAt"`
	EndsAt             time.Time            `json:"endsAt"`
	DurationMinutes    int                  `json:"durationMinutes"`
	TimeZone           string               `json:"timeZone" doc:"IANA name that the time was chosen in"`
	Room               Room                 `json:"room"`
	Interviewers       []Interviewer        `json:"interviewers"`
	Organizer          Person               `json:"organizer"`
	Questions          []Ref                `json:"questions"`
	CandidateLinkState string               `json:"candidateLinkState" enum:"none,active,opened,dead"`
	CandidateLink      string               `json:"candidateLink,omitempty" doc:"The candidate's personal address; only in the answer that made it"`
	Result             *Result              `json:"result,omitempty"`
	Note               string               `json:"note,omitempty" doc:"For interviewers, never shown to the candidate"`
	CancelReason       string               `json:"cancelReason,omitempty"`
	StartedAt          *time.Time           `json:"startedAt,omitempty"`
	EndedAt            *time.Time           `json:"endedAt,omitempty"`
	Version            int                  `json:"version" doc:"Grows with every change"`
	Permissions        InterviewPermissions `json:"permissions" doc:"What the one who asks may do now"`
}

// InterviewCandidate is what everybody on an interview may know of the
// candidate; e-mail and mobile number are for recruiters and administrators.
type InterviewCandidate struct {
	ID        string `json:"id"`
	Name      string `json:"name"`
	ResumeURL string `json:"resumeUrl,omitempty"`
	Email     string `json:"email,omitempty"`
	Mobile    string `json:"mobile,omitempty"`
}

// Room is where the interview happens: our own room, or behind a link.
type Room struct {
	Kind string `json:"kind" enum:"builtin,link"`
	URL  string `json:"url,omitempty" maxLength:"2000" doc:"https address, for kind link"`
}

// Interviewer is a member who asks the questions.
type Interviewer struct {
	UserID         string     `json:"userId"`
	Name           string     `json:"name"`
	Avatar         string     `json:"avatar,omitempty"`
	Response       string     `json:"response" enum:"pending,accepted,declined"`
	ResponseReason string     `json:"responseReason,omitempty"`
	RespondedAt    *time.Time `json:"respondedAt,omitempty"`
	Scorecard      string     `json:"scorecard" enum:"none,draft,submitted"`
	Notified       string     `json:"notified" enum:"waiting,sent,failed" doc:"Whether the invitation reached WeCom"`
}

// InterviewPermissions says what the one who asks may do now.
type InterviewPermissions struct {
	Edit     bool `json:"edit"`
	Cancel   bool `json:"cancel"`
	Respond  bool `json:"respond"`
	Enter    bool `json:"enter" doc:"Enter the room"`
	Start    bool `json:"start"`
	End      bool `json:"end"`
	Link     bool `json:"link" doc:"Make a new link for the candidate"`
	Evaluate bool `json:"evaluate" doc:"Write a scorecard"`
	Decide   bool `json:"decide"`
}

// Result is what the company decided after the interview.
type Result struct {
	Decision  string    `json:"decision" enum:"hire,no_hire,hold,next_round"`
	Comment   string    `json:"comment,omitempty"`
	DecidedBy Person    `json:"decidedBy"`
	DecidedAt time.Time `json:"decidedAt"`
}

// InterviewInput schedules an interview.
type InterviewInput struct {
	Title            string    `json:"title" maxLength:"100"`
	PositionID       string    `json:"positionId" maxLength:"64"`
	CandidateID      string    `json:"candidateId" maxLength:"64"`
	Round            int       `json:"round,omitempty" minimum:"0" maximum:"20" doc:"0 or none: 1"`
	StartsAt         time.Time `json:"startsAt"`
	DurationMinutes  int       `json:"durationMinutes" doc:"10 to 480"`
	TimeZone         string    `json:"timeZone,omitempty" maxLength:"64" doc:"IANA name; none: the company's"`
	Interviewers     []string  `json:"interviewers" maxItems:"20" doc:"User ids"`
	Room             Room      `json:"room"`
	QuestionIDs      []string  `json:"questionIds,omitempty" maxItems:"50"`
	Note             string    `json:"note,omitempty" maxLength:"5000"`
	OverrideWarnings bool      `json:"overrideWarnings,omitempty" doc:"Go on although somebody is booked twice"`
}

// InterviewPatch changes the parts of an interview that are sent.
type InterviewPatch struct {
	Title            *string    `json:"title,omitempty" maxLength:"100"`
	Round            *int       `json:"round,omitempty" minimum:"1" maximum:"20"`
	StartsAt         *time.Time `json:"startsAt,omitempty"`
	DurationMinutes  *int       `json:"durationMinutes,omitempty"`
	TimeZone         *string    `json:"timeZone,omitempty" maxLength:"64"`
	Interviewers     *[]string  `json:"interviewers,omitempty" maxItems:"20"`
	Room             *Room      `json:"room,omitempty"`
	QuestionIDs      *[]string  `json:"questionIds,omitempty" maxItems:"50"`
	Note             *string    `json:"note,omitempty" maxLength:"5000"`
	Version          int        `json:"version,omitempty" doc:"Version that was edited; refused with 409 when it is not the newest. None: whatever it is"`
	OverrideWarnings bool       `json:"overrideWarnings,omitempty"`
}

// CancelInput says why an interview does not happen.
type CancelInput struct {
	Reason string `json:"reason,omitempty" maxLength:"500"`
}

// ResponseInput is an interviewer's answer to an invitation.
type ResponseInput struct {
	Response string `json:"response" enum:"accepted,declined"`
	Reason   string `json:"reason,omitempty" maxLength:"500"`
}

// CandidateLink is the candidate's personal address.
type CandidateLink struct {
	URL string `json:"url"`
}

// ResultInput is the decision after an interview.
type ResultInput struct {
	Decision string `json:"decision" enum:"hire,no_hire,hold,next_round"`
	Comment  string `json:"comment,omitempty" maxLength:"5000"`
}

type interviewsQuery struct {
	Page
	From        time.Time `query:"from" doc:"Ends after this time"`
	To          time.Time `query:"to" doc:"Starts before this time"`
	State       []string  `query:"state,explode" enum:"scheduled,in_progress,ended,cancelled" maxItems:"4"`
	Scope       string    `query:"scope" enum:"mine,all" default:"all" doc:"mine: those that I organise or ask in. all: every one that I may see"`
	Q           string    `query:"q" maxLength:"100" doc:"Part of the title or of the candidate's name"`
	PositionID  string    `query:"positionId" maxLength:"64"`
	CandidateID string    `query:"candidateId" maxLength:"64"`
	Order       string    `query:"order" enum:"asc,desc" default:"asc" doc:"By start time"`
}
