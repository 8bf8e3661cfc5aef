package server

// Overview is the first page: what needs the reader's attention now.
type Overview struct {
	Today          []Interview `json:"today" doc:"Today's interviews in the company's time zone"`
	ToAnswer       []Interview `json:"toAnswer" doc:"Invitations that the reader has not answered"`
	WaitingAnswers []Interview `json:"waitingAnswers" doc:"For recruiters: interviews whose interviewers have not all answered"`
	ScorecardsDue  []Interview `json:"scorecardsDue" doc:"Interviews that the reader has yet to judge"`
	FailedMessages int         `json:"failedMessages" doc:"For recruiters: messages that did not go out"`
	QueuedMessages int         `json:"queuedMessages" doc:"For recruiters: messages that wait to go out"`
}
