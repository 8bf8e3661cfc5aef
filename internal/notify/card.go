package notify

import (
	"strconv"
	"time"

	"github.com/huimian/huimian/internal/i18n"
	"github.com/huimian/huimian/internal/interview"
	"github.com/huimian/huimian/wecom"
)

// The keys of an invitation's buttons. They come back in the callback, with
// the message's id as task_id.
const (
	keyAccept  = "accept"
	keyDecline = "decline"
)

// The looks of a card's buttons in WeCom.
const (
	styleBlue = 1
	styleGrey = 2
)

// dupCheck is how long WeCom recognises a message that we send again because
// its answer was lost, in seconds: the longest it offers.
const dupCheck = int(wecom.MaxDuplicateCheckInterval / time.Second)

// renderer writes one message to one reader.
type renderer struct {
	lang, publicURL string
	i               *interview.Interview
	m               *interview.Message
	by              string // name of whoever caused it
}

// t is a text about the message. value is what {{.Value}} stands for, if the
// text has it.
func (r *renderer) t(id string, value ...any) string {
	p := map[string]any{
		"Title": r.i.Title, "Candidate": r.i.Candidate.Name, "By": r.by, "Reason": r.m.Data.Reason,
	}
	if len(value) > 0 {
		p["Value"] = value[0]
	}
	return i18n.T(r.lang, "notify."+id, p)
}

// message is the app message for a member.
func (r *renderer) message() *wecom.Message {
	return &wecom.Message{
		ToUser:                 wecom.IDList{r.m.Recipient},
		TemplateCard:           r.card(),
		EnableDuplicateCheck:   true,
		DuplicateCheckInterval: dupCheck,
	}
}

// card chooses the card by what the message is about. Who is asked for an
// answer gets buttons; everybody else gets a notice with one way on.
func (r *renderer) card() *wecom.TemplateCard {
	switch r.m.Kind {
	case interview.KindInvite:
		return r.ask(r.t("invite.title"), r.t("invite.sub"))
	case interview.KindChanged:
		if r.asksAgain() {
			return r.ask(r.t("changed.title"), r.t("changed.time", r.was()))
		}
		return r.notice(r.t("changed.title"), r.t("changed.other"), "detail")
	case interview.KindCancelled:
		return r.notice(r.cancelled())
	case interview.KindDeclined:
		sub := r.t("declined.sub")
		if r.m.Data.Reason != "" {
			sub = r.t("declined.reason")
		}
		return r.notice(r.t("declined.title"), sub, "detail")
	case interview.KindReminder:
		return r.notice(r.t("reminder."+r.m.Data.Before+".title"), r.i.Note, "room")
	case interview.KindCandidateWaiting:
		return r.notice(r.t("candidate_waiting.title"), r.t("candidate_waiting.sub"), "room")
	case interview.KindEvaluate, interview.KindEvaluateReminder:
		return r.notice(r.t(string(r.m.Kind)+".title"), r.t(string(r.m.Kind)+".sub"), "scorecard")
	case interview.KindSummary:
		return r.notice(r.t("summary.title"), r.t("summary.sub"), "detail")
	case interview.KindRoomFailed:
		return r.notice(r.t("room_failed.title"), r.t("room_failed.sub", r.failure()), "detail")
	case interview.KindRoomFollows:
		return r.notice(r.t("room_follows.title"), r.t("room_follows.sub"), "detail")
	case interview.KindRoomReady:
		return r.notice(r.t("room_ready.title"), r.t("room_ready.sub"), "room")
	default: // accepted
		return r.notice(r.t("accepted.title"), "", "detail")
	}
}

// asksAgain says whether the answer to the former invitation no longer counts.
func (r *renderer) asksAgain() bool { return r.m.Data.Was != nil }

// cancelled tells an interviewer that the interview does not happen, or not
// with them.
func (r *renderer) cancelled() (title, sub, page string) {
	if r.i.State != interview.Cancelled {
		return r.t("removed.title"), "", ""
	}
	if r.m.Data.Reason != "" {
		return r.t("cancelled.title"), r.t("cancelled.reason"), "detail"
	}
	return r.t("cancelled.title"), r.t("cancelled.sub"), "detail"
}

// ask is a card with the buttons "accept" and "can't come".
func (r *renderer) ask(title, sub string) *wecom.TemplateCard {
	c := r.base(title, sub)
	c.CardType = wecom.CardButtonInteraction
	c.TaskID = r.m.ID
	c.CardAction = &wecom.CardAction{Type: 1, URL: r.page("detail")}
	c.ButtonList = []wecom.CardButton{
		{Text: r.t("button.decline"), Style: styleGrey, Key: keyDecline},
		{Text: r.t("button.accept"), Style: styleBlue, Key: keyAccept},
	}
	return c
}

// notice is a card that leads to a page, to our front page when it names none.
func (r *renderer) notice(title, sub, page string) *wecom.TemplateCard {
	c := r.base(title, sub)
	c.CardType = wecom.CardTextNotice
	c.CardAction = &wecom.CardAction{Type: 1, URL: r.page(page)}
	if page != "" {
		c.JumpList = []wecom.CardJump{{Type: 1, Title: r.t("open." + page), URL: r.page(page)}}
	}
	return c
}

func (r *renderer) base(title, sub string) *wecom.TemplateCard {
	return &wecom.TemplateCard{
		Source:       &wecom.CardSource{Desc: r.t("source")},
		MainTitle:    &wecom.CardTitle{Title: cut(title, 36), Desc: cut(timeRange(r.lang, r.i), 44)},
		SubTitleText: cut(sub, 160),
		HorizontalContentList: []wecom.CardHorizontalContent{
			{KeyName: r.t("field.candidate"), Value: cut(r.i.Candidate.Name, 30)},
			{KeyName: r.t("field.position"), Value: cut(r.i.Position.Title, 30)},
			{KeyName: r.t("field.round"), Value: r.t("field.round_value", r.i.Round)},
			{KeyName: r.t("field.room"), Value: cut(r.room(), 30)},
			{Type: 3, KeyName: r.t("field.organizer"), Value: cut(r.i.Organizer.Name, 30), UserID: r.i.OrganizerID},
		},
	}
}

// page is the address of a page about the interview.
func (r *renderer) page(name string) string {
	switch name {
	case "room":
		return r.publicURL + "/go/interviews/" + r.i.ID // wherever the room is by then
	case "scorecard":
		return r.publicURL + "/interviews/" + r.i.ID + "/scorecard"
	case "detail":
		return r.publicURL + "/interviews/" + r.i.ID
	default:
		return r.publicURL + "/"
	}
}

// room says where the interview is, and that the room will follow when it
// could not be made so far.
func (r *renderer) room() string {
	kind := r.t("room." + string(r.i.RoomKind))
	if r.i.RoomFailure() != nil {
		return r.t("room.follows", kind)
	}
	return kind
}

// failure says why there is no room.
func (r *renderer) failure() string {
	if f := r.m.Data.Failure; f != nil {
		return i18n.T(r.lang, f.Code, f.Params)
	}
	return ""
}

// was is the start before a change.
func (r *renderer) was() string {
	before := *r.i
	before.StartsAt, before.EndsAt = *r.m.Data.Was, r.m.Data.Was.Add(r.i.Duration())
	return timeRange(r.lang, &before)
}

// timeRange writes when the interview is, in its own time zone, which it names.
func timeRange(lang string, i *interview.Interview) string {
	from, to := i.StartsAt.In(i.Location()), i.EndsAt.In(i.Location())
	weekday := i18n.T(lang, "notify.weekday."+strconv.Itoa(int(from.Weekday())), nil)
	hours := from.Format("15:04") + "–" + to.Format("15:04") + " (" + i.TimeZone + ")"
	switch lang {
	case "en":
		return weekday + " " + from.Format("2006-01-02") + " " + hours
	case "ja":
		return from.Format("1月2日") + "(" + weekday + ")" + hours
	default:
		return from.Format("1月2日") + " " + weekday + " " + hours
	}
}

// cut shortens s to what a card shows: the card is a pointer to the page.
func cut(s string, characters int) string {
	r := []rune(s)
	if len(r) <= characters {
		return s
	}
	return string(r[:characters-1]) + "…"
}
