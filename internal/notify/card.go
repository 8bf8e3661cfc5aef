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

// duplicateCheckSeconds is how long WeCom recognises a message that we send again because
// its answer was lost, in seconds: the longest it offers.
const duplicateCheckSeconds = int(wecom.MaxDuplicateCheckInterval / time.Second)

// renderer writes one message to one reader.
type renderer struct {
	lang, publicURL string
	i               *interview.Interview
	m               *interview.Message
	by              string // name of whoever caused it
}

// translate is a text about the message. value is what {{.Value}} stands for, if the
// text has it.
func (r *renderer) translate(id string, value ...any) string {
	p := map[string]any{
		"Title": r.i.Title, "Candidate": r.i.Candidate.Name, "By": r.by, "Reason": r.m.Data.Reason,
	}
	if len(value) > 0 {
		p["Value"] = value[0]
	}
	return i18n.T(r.lang, "notify."+id, p)
}

// appMessage is the app message for a member.
func (r *renderer) appMessage() *wecom.Message {
	return &wecom.Message{
		ToUser:                 wecom.IDList{r.m.Recipient},
		TemplateCard:           r.templateCard(),
		EnableDuplicateCheck:   true,
		DuplicateCheckInterval: duplicateCheckSeconds,
	}
}

// templateCard chooses the card by what the message is about. Who is asked for an
// answer gets buttons; everybody else gets a notice with one way on.
func (r *renderer) templateCard() *wecom.TemplateCard {
	switch r.m.Kind {
	case interview.KindInvite:
		return r.invitationCard(r.translate("invite.title"), r.translate("invite.sub"))
	case interview.KindChanged:
		if r.requiresNewAnswer() {
			return r.invitationCard(r.translate("changed.title"), r.translate("changed.time", r.previousTime()))
		}
		return r.noticeCard(r.translate("changed.title"), r.translate("changed.other"), "detail")
	case interview.KindCancelled:
		return r.noticeCard(r.cancelledTexts())
	case interview.KindDeclined:
		sub := r.translate("declined.sub")
		if r.m.Data.Reason != "" {
			sub = r.translate("declined.reason")
		}
		return r.noticeCard(r.translate("declined.title"), sub, "detail")
	case interview.KindReminder:
		return r.noticeCard(r.translate("reminder."+r.m.Data.Before+".title"), r.i.Note, "room")
	case interview.KindCandidateWaiting:
		return r.noticeCard(r.translate("candidate_waiting.title"), r.translate("candidate_waiting.sub"), "room")
	case interview.KindEvaluate, interview.KindEvaluateReminder:
		return r.noticeCard(r.translate(string(r.m.Kind)+".title"), r.translate(string(r.m.Kind)+".sub"), "scorecard")
	case interview.KindSummary:
		return r.noticeCard(r.translate("summary.title"), r.translate("summary.sub"), "detail")
	case interview.KindRoomFailed:
		return r.noticeCard(r.translate("room_failed.title"), r.translate("room_failed.sub", r.roomFailureText()), "detail")
	case interview.KindRoomFollows:
		return r.noticeCard(r.translate("room_follows.title"), r.translate("room_follows.sub"), "detail")
	case interview.KindRoomReady:
		return r.noticeCard(r.translate("room_ready.title"), r.translate("room_ready.sub"), "room")
	default: // accepted
		return r.noticeCard(r.translate("accepted.title"), "", "detail")
	}
}

// requiresNewAnswer says whether the answer to the former invitation no longer counts.
func (r *renderer) requiresNewAnswer() bool { return r.m.Data.Was != nil }

// cancelledTexts tells an interviewer that the interview does not happen, or not
// with them.
func (r *renderer) cancelledTexts() (title, sub, page string) {
	if r.i.State != interview.Cancelled {
		return r.translate("removed.title"), "", ""
	}
	if r.m.Data.Reason != "" {
		return r.translate("cancelled.title"), r.translate("cancelled.reason"), "detail"
	}
	return r.translate("cancelled.title"), r.translate("cancelled.sub"), "detail"
}

// invitationCard is a card with the buttons "accept" and "can't come".
func (r *renderer) invitationCard(title, sub string) *wecom.TemplateCard {
	c := r.baseCard(title, sub)
	c.CardType = wecom.CardButtonInteraction
	c.TaskID = r.m.ID
	c.CardAction = &wecom.CardAction{Type: 1, URL: r.pageURL("detail")}
	c.ButtonList = []wecom.CardButton{
		{Text: r.translate("button.decline"), Style: styleGrey, Key: keyDecline},
		{Text: r.translate("button.accept"), Style: styleBlue, Key: keyAccept},
	}
	return c
}

// noticeCard is a card that leads to a page, to our front page when it names none.
func (r *renderer) noticeCard(title, sub, page string) *wecom.TemplateCard {
	c := r.baseCard(title, sub)
	c.CardType = wecom.CardTextNotice
	c.CardAction = &wecom.CardAction{Type: 1, URL: r.pageURL(page)}
	if page != "" {
		c.JumpList = []wecom.CardJump{{Type: 1, Title: r.translate("open." + page), URL: r.pageURL(page)}}
	}
	return c
}

func (r *renderer) baseCard(title, sub string) *wecom.TemplateCard {
	return &wecom.TemplateCard{
		Source:       &wecom.CardSource{Desc: r.translate("source")},
		MainTitle:    &wecom.CardTitle{Title: truncateText(title, 36), Desc: truncateText(timeRange(r.lang, r.i), 44)},
		SubTitleText: truncateText(sub, 160),
		HorizontalContentList: []wecom.CardHorizontalContent{
			{KeyName: r.translate("field.candidate"), Value: truncateText(r.i.Candidate.Name, 30)},
			{KeyName: r.translate("field.position"), Value: truncateText(r.i.Position.Title, 30)},
			{KeyName: r.translate("field.round"), Value: r.translate("field.round_value", r.i.Round)},
			{KeyName: r.translate("field.room"), Value: truncateText(r.roomText(), 30)},
			{Type: 3, KeyName: r.translate("field.organizer"), Value: truncateText(r.i.Organizer.Name, 30), UserID: r.i.OrganizerID},
		},
	}
}

// pageURL is the address of a page about the interview.
func (r *renderer) pageURL(name string) string {
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

// roomText says where the interview is, and that the room will follow when it
// could not be made so far.
func (r *renderer) roomText() string {
	kind := r.translate("room." + string(r.i.RoomKind))
	if r.i.RoomFailure() != nil {
		return r.translate("room.follows", kind)
	}
	return kind
}

// roomFailureText says why there is no room.
func (r *renderer) roomFailureText() string {
	if f := r.m.Data.Failure; f != nil {
		return i18n.T(r.lang, f.Code, f.Params)
	}
	return ""
}

// previousTime is the start before a change.
func (r *renderer) previousTime() string {
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

// truncateText shortens s to what a card shows: the card is a pointer to the page.
func truncateText(s string, characters int) string {
	r := []rune(s)
	if len(r) <= characters {
		return s
	}
	return string(r[:characters-1]) + "…"
}
