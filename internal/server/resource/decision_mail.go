package resource

import (
	"time"

	"github.com/huimian/huimian/internal/decisionmail"
	"github.com/huimian/huimian/internal/i18n"
	"github.com/huimian/huimian/internal/mailtemplate"
	"github.com/huimian/huimian/internal/server/httpapi"
)

// DecisionMailText is the text of a mail as it is sent.
type DecisionMailText struct {
	Subject string `json:"subject" maxLength:"1000" doc:"At most 300 bytes in UTF-8"`
	Body    string `json:"body" maxLength:"20000" doc:"At most 10,000 bytes in UTF-8; plain text without placeholders"`
}

// DecisionMailInput is the body of saveDecisionMail.
type DecisionMailInput struct {
	DecisionMailText

	Timing  string     `json:"timing" enum:"now,hour,workday,date"`
	SendAt  *time.Time `json:"sendAt,omitempty" doc:"Of date: at most 30 days from now"`
	Version int        `json:"version" minimum:"0" doc:"The version that was edited; 0 replaces any"`
}

// DecisionMailCancellation is the body of cancelDecisionMail.
type DecisionMailCancellation struct {
	Version int `json:"version" minimum:"0" doc:"The version that was cancelled; 0 is any"`
}

// DecisionMailTime is a time at which a mail can be sent.
type DecisionMailTime struct {
	Timing string    `json:"timing" enum:"now,hour,workday"`
	SendAt time.Time `json:"sendAt"`
}

// DecisionMailDraft is the mail that can be scheduled, from the template of the decision.
type DecisionMailDraft struct {
	DecisionMailText

	Kind     string             `json:"kind" enum:"decision_passed,decision_rejected"`
	To       string             `json:"to"`
	Language string             `json:"language" enum:"zh-CN,en,ja"`
	Timing   string             `json:"timing" enum:"now,hour,workday" doc:"The company's default"`
	Times    []DecisionMailTime `json:"times"`
}

// DecisionMail is the newest mail with the result of an interview.
type DecisionMail struct {
	DecisionMailText

	Kind     string     `json:"kind" enum:"decision_passed,decision_rejected"`
	Language string     `json:"language" enum:"zh-CN,en,ja"`
	State    string     `json:"state" enum:"scheduled,sending,waiting,sent,failed,cancelled" doc:"waiting: an attempt has failed, and another follows"`
	Reason   string     `json:"reason,omitempty" doc:"Why it failed or was cancelled, in the caller's language"`
	SendAt   time.Time  `json:"sendAt" doc:"The planned time"`
	SentAt   *time.Time `json:"sentAt,omitempty"`
	SavedBy  Person     `json:"savedBy"`
	SavedAt  time.Time  `json:"savedAt"`
	Version  int        `json:"version"`
}

// DecisionMailView is the mail of an interview, and what can be scheduled.
type DecisionMailView struct {
	Enabled      bool               `json:"enabled" doc:"The company's setting"`
	Mail         *DecisionMail      `json:"mail,omitempty"`
	Draft        *DecisionMailDraft `json:"draft,omitempty" doc:"Absent: no mail can be scheduled now"`
	Obstacle     string             `json:"obstacle,omitempty" enum:"disabled,undecided,on_hold,leaving,sent,no_address" doc:"Why none can be"`
	ObstacleText string             `json:"obstacleText,omitempty" doc:"In the caller's language"`
	Waits        string             `json:"waits,omitempty" doc:"The mail leaves after the approval of the decision, in the caller's language; absent: it waits for none"`
	Version      int                `json:"version" doc:"That of the mail; 0 for none"`
}

// ToPlan returns the plan of the domain.
func (in DecisionMailInput) ToPlan() decisionmail.Plan {
	p := decisionmail.Plan{Text: mailtemplate.Text(in.DecisionMailText), Timing: decisionmail.Timing(in.Timing)}
	httpapi.SetIfPresent(&p.SendAt, in.SendAt)
	return p
}

// DecisionMailMapper returns a function that maps the mail of an interview to the language.
func DecisionMailMapper(lang string) func(decisionmail.View) DecisionMailView {
	return func(v decisionmail.View) DecisionMailView {
		out := DecisionMailView{Enabled: v.Settings.Enabled}
		if v.Mail != nil {
			out.Mail, out.Version = newDecisionMail(lang, v.Mail), v.Mail.Version
		}
		if v.Waits {
			out.Waits = i18n.T(lang, "decision_mail.approval", nil)
		}
		if v.Obstacle != "" {
			out.Obstacle, out.ObstacleText = string(v.Obstacle), i18n.T(lang, v.Obstacle.Code(), nil)
			return out
		}
		out.Draft = &DecisionMailDraft{
			DecisionMailText: DecisionMailText(v.Draft), Kind: string(v.Kind), To: v.To, Language: v.Language, Timing: string(v.Settings.Timing),
			Times: httpapi.MapSlice(v.Choices, func(c decisionmail.Choice) DecisionMailTime {
				return DecisionMailTime{string(c.Timing), c.SendAt.UTC()}
			}),
		}
		return out
	}
}

func newDecisionMail(lang string, m *decisionmail.Mail) *DecisionMail {
	out := &DecisionMail{
		DecisionMailText: DecisionMailText{m.Subject, m.Body}, Kind: string(m.Kind), Language: m.Language, State: string(m.State()),
		SavedBy: NewPerson(m.Author), SavedAt: m.SavedAt, Version: m.Version,
	}
	if m.Message == nil {
		return out
	}
	out.SendAt, out.SentAt = m.Message.DueAt(), m.Message.SentAt
	if r := m.Message.Failure(); r != nil {
		out.Reason = i18n.T(lang, r.Code, r.Params)
	}
	return out
}
