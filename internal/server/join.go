package server

import "time"

// Join is what a candidate sees behind the personal link, before entering.
type Join struct {
	InterviewID     string    `json:"interviewId"`
	Title           string    `json:"title"`
	Company         string    `json:"company"`
	PositionTitle   string    `json:"positionTitle"`
	StartsAt        time.Time `json:"startsAt"`
	DurationMinutes int       `json:"durationMinutes"`
	TimeZone        string    `json:"timeZone"`
	CandidateName   string    `json:"candidateName"`
	Language        string    `json:"language" enum:"zh-CN,en,ja"`
	State           string    `json:"state" enum:"scheduled,in_progress,ended,cancelled"`
	Contact         Contact   `json:"contact"`
	Room            Room      `json:"room"`
}

// Contact is whom a candidate asks when something is wrong.
type Contact struct {
	Name string `json:"name"`
}

// Joined lets the candidate into the lobby of the room.
type Joined struct {
	InterviewID string `json:"interviewId"`
	RoomURL     string `json:"roomUrl" doc:"Path of our room, or the https address of the link"`
}

type joinInput struct {
	Token string `path:"token" minLength:"20" maxLength:"100"`
}

type joinOutput struct {
	SetCookie string `header:"Set-Cookie"`
	Body      Joined
}
