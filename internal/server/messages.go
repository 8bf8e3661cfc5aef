package server

import "time"

// Message is one message to one person, as the log keeps it.
type Message struct {
	ID            string     `json:"id"`
	Kind          string     `json:"kind" enum:"invite,changed,cancelled,declined,accepted,reminder,candidate_waiting,evaluate,evaluate_reminder,summary"`
	Channel       string     `json:"channel" enum:"wecom,mail"`
	Recipient     Person     `json:"recipient" doc:"For mail to a candidate userId is empty"`
	InterviewID   string     `json:"interviewId"`
	Interview     string     `json:"interviewTitle"`
	State         string     `json:"state" enum:"queued,sending,sent,failed,waiting,skipped" doc:"waiting: an attempt failed, another one follows by itself"`
	Attempts      int        `json:"attempts"`
	MsgID         string     `json:"msgid,omitempty"`
	Errcode       int        `json:"errcode" doc:"WeCom's code, 0 for none"`
	ErrorText     string     `json:"errorText,omitempty" doc:"What went wrong and what to do, in the reader's language"`
	CreatedAt     time.Time  `json:"createdAt"`
	SentAt        *time.Time `json:"sentAt,omitempty"`
	NextAttemptAt *time.Time `json:"nextAttemptAt,omitempty"`
}

type messagesQuery struct {
	Page
	State       string `query:"state" enum:"queued,sending,sent,failed,waiting,skipped"`
	Kind        string `query:"kind" enum:"invite,changed,cancelled,declined,accepted,reminder,candidate_waiting,evaluate,evaluate_reminder,summary"`
	UserID      string `query:"userId" maxLength:"64"`
	InterviewID string `query:"interviewId" maxLength:"64"`
}
