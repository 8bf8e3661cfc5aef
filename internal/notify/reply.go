package notify

import (
	"context"
	"net/url"
	"strconv"
	"strings"
	"time"

	"github.com/huimian/huimian/internal/actor"
	"github.com/huimian/huimian/internal/availability"
	"github.com/huimian/huimian/internal/chatintent"
	"github.com/huimian/huimian/internal/db"
	"github.com/huimian/huimian/internal/i18n"
	"github.com/huimian/huimian/internal/interview"
	"github.com/huimian/huimian/internal/job"
	"github.com/huimian/huimian/internal/pagination"
	"github.com/huimian/huimian/wecom"
)

// Limits of a reply. WeCom's text messages have at most 2,048 bytes
// (https://developer.work.weixin.qq.com/document/path/90236).
const (
	replyDays          = 7
	candidateDays      = 180 // before and after today; a date without its year is unique
	maxReplyInterviews = 8
	maxReplyCount      = 100 // of interviews, counted
	maxReplyBytes      = 2048
)

// replyArgsFor returns the job that replies to a text message or to a button of the menu,
// nil if there is no reply.
func replyArgsFor(corpID, userID, text, menuKey string) job.Args {
	if menuKey != "" {
		if _, known := chatintent.OfMenu(menuKey); !known {
			return nil
		}
	}
	if len(text) > chatintent.MaxText {
		text = ""
	}
	return ReplyArgs{CorpID: corpID, UserID: userID, Text: text, MenuKey: menuKey}
}

// sender is a member who has sent a text or used the menu, and gets the reply.
type sender struct {
	actor.Actor

	lang, timeZone string
	now            time.Time // in timeZone
}

// answer is the content of a reply.
type answer struct {
	head      string
	none      string // in place of the head when there are no lines
	list      []*interview.Interview
	truncated bool // there are more than list
	page      string
	path      func(*interview.Interview) string // of the link of a line
}

// replyToMember sends the answer to a text message or a menu button.
func (s *Service) replyToMember(ctx context.Context, args ReplyArgs, attempt job.Attempt) error {
	who, err := s.newSender(ctx, args.CorpID, args.UserID)
	if err != nil {
		return err
	}
	intent, ofMenu := chatintent.OfMenu(args.MenuKey)
	if !ofMenu {
		intent = chatintent.Parse(args.Text, who.now.Weekday())
	}
	content, err := s.answerText(ctx, who, intent)
	if err != nil {
		return err
	}
	_, err = s.Client.Messages.Send(ctx, &wecom.Message{
		ToUser: wecom.IDList{who.UserID}, Text: &wecom.Text{Content: content},
	})
	if err == nil {
		return nil
	}
	if retry := s.retryError(err, attempt); retry != nil {
		return retry
	}
	return job.Cancel(err)
}

// newSender returns the sender with the roles of now. A member outside the contacts has those
// of an interviewer.
func (s *Service) newSender(ctx context.Context, corpID, userID string) (*sender, error) {
	userID, err := s.Account.CanonicalUserID(ctx, corpID, userID)
	if err != nil {
		return nil, err
	}
	found, err := s.Account.MembersByID(ctx, corpID, []string{userID})
	if err != nil {
		return nil, err
	}
	m := found[userID]
	who := &sender{Actor: actor.ForInterviewer(corpID, userID), lang: languageOrDefault(m.Language)}
	if m.Active {
		if who.Actor, err = s.Account.FindActor(ctx, corpID, userID); err != nil {
			return nil, err
		}
	}
	if who.timeZone, err = s.Availability.TimeZoneOf(ctx, corpID, userID); err != nil {
		return nil, err
	}
	who.now = db.NowOf(s.Now).In(availability.Location(who.timeZone))
	return who, nil
}

// answerText returns the text of a reply. Without a candidate of the name it is that of a
// text without a known intent: help and the next interviews.
func (s *Service) answerText(ctx context.Context, who *sender, intent chatintent.Intent) (string, error) {
	var a *answer
	var err error
	switch intent.Kind {
	case chatintent.Help:
		return who.translate("help") + "\n" + who.translate("examples"), nil
	case chatintent.OnDays:
		a, err = s.answerDays(ctx, who, intent.Days)
	case chatintent.Scorecards:
		a, err = s.answerScorecards(ctx, who)
	case chatintent.Candidate:
		a, err = s.answerCandidate(ctx, who, intent.Name)
	case chatintent.Other:
	}
	if err == nil && a == nil {
		a, err = s.answerNext(ctx, who)
	}
	if err != nil {
		return "", err
	}
	return s.formatAnswer(who, a), nil
}

// answerDays lists the interviews of days: those of the company for recruiters and
// administrators, otherwise those of the sender, as the start page does.
func (s *Service) answerDays(ctx context.Context, who *sender, days chatintent.Days) (*answer, error) {
	loc, first := who.now.Location(), availability.DateOf(who.now).AddDays(days.From)
	from := first.StartIn(loc)
	value := dateText(who.lang, from)
	if days.Count > 1 {
		value += " – " + dateText(who.lang, first.AddDays(days.Count-1).StartIn(loc))
	}
	text := "days"
	if who.May(actor.ReadInterviews) {
		text = "days_company"
	}
	a := &answer{head: who.translate(text, value), none: who.translate(text+"_none", value), page: "/interviews", path: detailPath}
	return a, s.listFor(ctx, who, a, interview.Filter{
		From: from, To: first.AddDays(days.Count).StartIn(loc), Mine: !who.May(actor.ReadInterviews),
		States: []interview.State{interview.Scheduled, interview.InProgress, interview.Ended},
	})
}

// answerScorecards lists the interviews without a scorecard of the sender.
func (s *Service) answerScorecards(ctx context.Context, who *sender) (*answer, error) {
	a := &answer{
		head: who.translate("scorecards"), none: who.translate("scorecards_none"), page: "/",
		path: func(i *interview.Interview) string { return detailPath(i) + "/scorecard" },
	}
	return a, s.listFor(ctx, who, a, interview.Filter{States: []interview.State{interview.Ended}, ScorecardDue: true})
}

// answerCandidate lists the interviews of candidates with a name that the sender may see, the
// latest first. It returns nil if there are none.
func (s *Service) answerCandidate(ctx context.Context, who *sender, name string) (*answer, error) {
	a := &answer{head: who.translate("candidate", escapeMarkup(name)), page: "/interviews?q=" + url.QueryEscape(name), path: detailPath}
	err := s.listFor(ctx, who, a, interview.Filter{
		CandidateName: name, From: who.now.AddDate(0, 0, -candidateDays), To: who.now.AddDate(0, 0, candidateDays), Descending: true,
		States: []interview.State{interview.Scheduled, interview.InProgress, interview.Ended},
	})
	if err != nil || len(a.list) == 0 {
		return nil, err
	}
	return a, nil
}

// answerNext lists the sender's interviews of the next replyDays days.
func (s *Service) answerNext(ctx context.Context, who *sender) (*answer, error) {
	help := who.translate("help") + "\n" + who.translate("examples") + "\n"
	a := &answer{head: help, none: help + "\n" + who.translate("none"), page: "/interviews", path: detailPath}
	return a, s.listFor(ctx, who, a, interview.Filter{
		Mine: true, From: who.now, To: who.now.Add(replyDays * 24 * time.Hour),
		States: []interview.State{interview.Scheduled, interview.InProgress},
	})
}

// listFor reads the interviews of an answer.
func (s *Service) listFor(ctx context.Context, who *sender, a *answer, f interview.Filter) error {
	f.Page = pagination.Page{Limit: maxReplyCount}
	list, next, err := s.Interview.List(ctx, who.Actor, f)
	a.list, a.truncated = list, next != ""
	return err
}

func detailPath(i *interview.Interview) string { return "/interviews/" + i.ID }

// formatAnswer returns the text of an answer: the head, a line for each of the first
// interviews, and a link to the others.
func (s *Service) formatAnswer(who *sender, a *answer) string {
	if len(a.list) == 0 {
		return a.none
	}
	lines := make([]string, min(len(a.list), maxReplyInterviews))
	for n := range lines {
		i := a.list[n]
		lines[n] = timeRange(who.lang, i, who.timeZone) + "\n" + link(s.PublicURL+a.path(i), escapeMarkup(truncateText(i.Title, 40)))
		switch {
		case i.HasDeclined(who.UserID): // listed because the sender may see it all the same
			lines[n] += who.translate("declined")
		case i.State == interview.Ended && a.page != "/":
			lines[n] += who.translate("ended")
		}
	}
	return joinLines(a.head, lines, func(shown int) string {
		left := strconv.Itoa(len(a.list) - shown)
		if a.truncated {
			left += "+"
		}
		return link(s.PublicURL+a.page, who.translate("more", left))
	}, len(a.list))
}

// translate returns a text of replies. The optional value replaces {{.Value}}.
func (w *sender) translate(id string, value ...string) string {
	params := map[string]any{}
	if len(value) > 0 {
		params["Value"] = value[0]
	}
	return i18n.T(w.lang, "notify.reply."+id, params)
}

func link(address, text string) string { return `<a href="` + address + `">` + text + "</a>" }

// joinLines joins the head and as many lines as maxReplyBytes permits. When fewer than total
// are shown, it ends with more of the number that is shown.
func joinLines(head string, lines []string, more func(shown int) string, total int) string {
	out, shown := head, 0
	for shown < len(lines) {
		next := out + "\n" + lines[shown]
		rest := 0
		if shown+1 < total {
			rest = len("\n") + len(more(shown+1))
		}
		if len(next)+rest > maxReplyBytes {
			break
		}
		out, shown = next, shown+1
	}
	if shown < total {
		out += "\n" + more(shown)
	}
	return out
}

// escapeMarkup replaces angle brackets and line breaks, so that WeCom does not
// interpret a title as a link.
func escapeMarkup(s string) string {
	return strings.NewReplacer("<", "‹", ">", "›", "\n", " ").Replace(s)
}
