// Package chatanswer answers what members write to the application and to the company's smart bot: the
// interviews of days, scorecards that are due, the interviews of a candidate, help. An answer has what
// the member may see on the pages of the product. The channels send it, each in its own format.
package chatanswer

import (
	"context"
	"net/url"
	"time"

	"github.com/huimian/huimian/internal/account"
	"github.com/huimian/huimian/internal/actor"
	"github.com/huimian/huimian/internal/availability"
	"github.com/huimian/huimian/internal/chatintent"
	"github.com/huimian/huimian/internal/db"
	"github.com/huimian/huimian/internal/i18n"
	"github.com/huimian/huimian/internal/interview"
	"github.com/huimian/huimian/internal/pagination"
	"github.com/huimian/huimian/internal/timetext"
)

// MaxInterviews is the maximum number of interviews that an answer lists.
const MaxInterviews = 8

const (
	nextDays      = 7
	candidateDays = 180 // before and after today; a date without its year is unique
	maxCount      = 100 // of interviews, counted
)

// Config configures a Service. All fields but Now are required.
type Config struct {
	Interviews   *interview.Service
	Accounts     *account.Service
	Availability *availability.Service
	PublicURL    string // without a trailing slash
	Now          func() time.Time
}

// Service answers members.
type Service struct{ Config }

// New returns a service.
func New(cfg Config) *Service { return &Service{cfg} }

// Asker is a member who has written, and gets the answer.
type Asker struct {
	actor.Actor

	Known    bool // in the company's contacts, and active
	Language string
	TimeZone string
	Now      time.Time // in TimeZone
}

// FindAsker returns the member with the present roles. A member outside the contacts has those of
// an interviewer.
func (s *Service) FindAsker(ctx context.Context, corpID, userID string) (*Asker, error) {
	userID, err := s.Accounts.CanonicalUserID(ctx, corpID, userID)
	if err != nil {
		return nil, err
	}
	found, err := s.Accounts.MembersByID(ctx, corpID, []string{userID})
	if err != nil {
		return nil, err
	}
	m := found[userID]
	who := &Asker{Actor: actor.ForInterviewer(corpID, userID), Known: m.Active, Language: m.Language}
	if !i18n.IsSupported(who.Language) {
		who.Language = i18n.DefaultLanguage
	}
	if m.Active {
		if who.Actor, err = s.Accounts.FindActor(ctx, corpID, userID); err != nil {
			return nil, err
		}
	}
	if who.TimeZone, err = s.Availability.TimeZoneOf(ctx, corpID, userID); err != nil {
		return nil, err
	}
	who.Now = db.NowOf(s.Now).In(availability.Location(who.TimeZone))
	return who, nil
}

// ParseIntent returns the intent of a text on the day of the member.
func (w *Asker) ParseIntent(text string) chatintent.Intent {
	return chatintent.Parse(text, w.Now.Weekday())
}

// answer is the content of an answer.
type answer struct {
	head      string
	none      string // in place of the head when there are no lines
	list      []*interview.Interview
	truncated bool // there are more than list
	page      string
	path      func(*interview.Interview) string // of the link of a line
}

// Answer returns the answer to a text that only the member reads. Without a candidate of the name it is
// that of a text without a known intent: help and the next interviews.
func (s *Service) Answer(ctx context.Context, who *Asker, intent chatintent.Intent, f Format) (string, error) {
	var a *answer
	var err error
	switch intent.Kind {
	case chatintent.Help:
		return f.formatText(who.writeIntroduction(f)), nil
	case chatintent.OnDays:
		a, err = s.findDays(ctx, who, intent.Days)
	case chatintent.Scorecards:
		a, err = s.findScorecards(ctx, who)
	case chatintent.Candidate:
		a, err = s.findCandidate(ctx, who, intent.Name, f)
	case chatintent.Other:
	}
	if err == nil && a == nil {
		a, err = s.findNext(ctx, who, f)
	}
	if err != nil {
		return "", err
	}
	return s.formatAnswer(who, a, f), nil
}

// findDays lists the interviews of days: those of the company for recruiters and
// administrators, otherwise those of the member, as the start page does.
func (s *Service) findDays(ctx context.Context, who *Asker, days chatintent.Days) (*answer, error) {
	loc, first := who.Now.Location(), availability.DateOf(who.Now).AddDays(days.From)
	from, value := first.StartIn(loc), who.formatDays(days)
	text := "days"
	if who.May(actor.ReadInterviews) {
		text = "days_company"
	}
	a := &answer{head: who.translate(text, value), none: who.translate(text+"_none", value), page: interviewsPath, path: PathOf}
	return a, s.listFor(ctx, who, a, interview.Filter{
		From: from, To: first.AddDays(days.Count).StartIn(loc), Mine: !who.May(actor.ReadInterviews),
		States: []interview.State{interview.Scheduled, interview.InProgress, interview.Ended},
	})
}

func (w *Asker) formatDays(days chatintent.Days) string {
	loc, first := w.Now.Location(), availability.DateOf(w.Now).AddDays(days.From)
	value := timetext.FormatDate(w.Language, first.StartIn(loc))
	if days.Count > 1 {
		value += " – " + timetext.FormatDate(w.Language, first.AddDays(days.Count-1).StartIn(loc))
	}
	return value
}

// findScorecards lists the interviews without a scorecard of the member.
func (s *Service) findScorecards(ctx context.Context, who *Asker) (*answer, error) {
	a := &answer{
		head: who.translate("scorecards"), none: who.translate("scorecards_none"), page: startPath,
		path: func(i *interview.Interview) string { return PathOf(i) + "/scorecard" },
	}
	return a, s.listFor(ctx, who, a, interview.Filter{States: []interview.State{interview.Ended}, ScorecardDue: true})
}

// findCandidate lists the interviews of candidates with a name that the member may see, the
// latest first. It returns nil if there are none.
func (s *Service) findCandidate(ctx context.Context, who *Asker, name string, f Format) (*answer, error) {
	a := &answer{head: who.translate("candidate", f.Escape(name)), page: searchPath(name), path: PathOf}
	err := s.listFor(ctx, who, a, interview.Filter{
		CandidateName: name, From: who.Now.AddDate(0, 0, -candidateDays), To: who.Now.AddDate(0, 0, candidateDays), Descending: true,
		States: []interview.State{interview.Scheduled, interview.InProgress, interview.Ended},
	})
	if err != nil || len(a.list) == 0 {
		return nil, err
	}
	return a, nil
}

// findNext lists the member's interviews of the next nextDays days.
func (s *Service) findNext(ctx context.Context, who *Asker, f Format) (*answer, error) {
	help := who.writeIntroduction(f) + "\n"
	a := &answer{head: help, none: help + "\n" + who.translate("none"), page: interviewsPath, path: PathOf}
	return a, s.listFor(ctx, who, a, interview.Filter{
		Mine: true, From: who.Now, To: who.Now.Add(nextDays * 24 * time.Hour),
		States: []interview.State{interview.Scheduled, interview.InProgress},
	})
}

// writeIntroduction returns the introduction of the channel, and examples.
func (w *Asker) writeIntroduction(f Format) string {
	return i18n.T(w.Language, f.Introduction, nil) + "\n" + w.translate("examples")
}

// listFor reads the interviews of an answer.
func (s *Service) listFor(ctx context.Context, who *Asker, a *answer, f interview.Filter) error {
	f.Page = pagination.Page{Limit: maxCount}
	list, next, err := s.Interviews.List(ctx, who.Actor, f)
	a.list, a.truncated = list, next != ""
	return err
}

// Paths of pages.
const (
	startPath      = "/"
	interviewsPath = "/interviews"
)

func searchPath(name string) string { return interviewsPath + "?q=" + url.QueryEscape(name) }

// PathOf returns the path of the page of an interview.
func PathOf(i *interview.Interview) string { return interviewsPath + "/" + i.ID }

// translate returns a text of answers. The optional value replaces {{.Value}}.
func (w *Asker) translate(id string, value ...string) string {
	params := map[string]any{}
	if len(value) > 0 {
		params["Value"] = value[0]
	}
	return i18n.T(w.Language, "notify.reply."+id, params)
}

// translateCount returns a text of answers with a value and a number.
func (w *Asker) translateCount(id, value, count string) string {
	return i18n.T(w.Language, "notify.reply."+id, map[string]any{"Value": value, "Number": count})
}
