package notify

import (
	"time"

	"github.com/huimian/huimian/internal/i18n"
	"github.com/huimian/huimian/internal/interview"
	"github.com/huimian/huimian/internal/message"
	"github.com/huimian/huimian/internal/timetext"
	"github.com/huimian/huimian/wecom"
)

// Keys of an invitation's buttons. The callback contains the key, and the message's
// id as task_id.
const (
	keyAccept  = "accept"
	keyDecline = "decline"
)

// Button styles of WeCom.
const (
	styleBlue = 1
	styleGrey = 2
)

// duplicateCheckSeconds is the period in seconds within which WeCom drops a message
// that is sent again because its response was lost. It is WeCom's maximum.
const duplicateCheckSeconds = int(wecom.MaxDuplicateCheckInterval / time.Second)

// renderer renders one message for one recipient.
type renderer struct {
	lang, publicURL string
	i               *interview.Interview
	m               *message.Message
	by              string // name of the member who caused the message
	zone            string // time zone of the recipient, if known
	// rounds are the interviews of the message, of which i is the first.
	rounds []*interview.Interview
}

// translate returns a localized text about the message. The optional value replaces
// {{.Value}}.
func (r *renderer) translate(id string, value ...any) string {
	p := map[string]any{
		"Title": r.i.Title, "Candidate": r.i.Candidate.Name, "By": r.by, "Reason": r.m.Data.Reason,
	}
	if len(value) > 0 {
		p["Value"] = value[0]
	}
	return i18n.T(r.lang, "notify."+id, p)
}

// appMessage returns the app message for a member.
func (r *renderer) appMessage() *wecom.Message {
	return &wecom.Message{
		ToUser:                 wecom.IDList{r.m.Recipient},
		TemplateCard:           r.templateCard(),
		EnableDuplicateCheck:   true,
		DuplicateCheckInterval: duplicateCheckSeconds,
	}
}

// templateCard returns the card for the kind of the message: a card with buttons if
// the recipient must respond, a notice with one link otherwise.
func (r *renderer) templateCard() *wecom.TemplateCard {
	if len(r.m.Data.Rounds) > 0 {
		return r.roundsCard()
	}
	switch r.m.Kind {
	case message.KindInvite:
		return r.invitationCard(r.translate("invite.title"), r.translate("invite.sub"))
	case message.KindChanged:
		if r.requiresNewAnswer() {
			return r.invitationCard(r.translate("changed.title"), r.translate("changed.time", r.previousTime()))
		}
		return r.noticeCard(r.translate("changed.title"), r.translate("changed.other"), "detail")
	case message.KindCancelled:
		return r.cancellationCard()
	case message.KindDeclined:
		sub := r.translate("declined.sub")
		if r.m.Data.Reason != "" {
			sub = r.translate("declined.reason")
		}
		return r.noticeCard(r.translate("declined.title"), sub, "detail")
	case message.KindReminder:
		return r.reminderCard()
	case message.KindCandidateWaiting:
		return r.noticeCard(r.translate("candidate_waiting.title"), r.translate("candidate_waiting.sub"), "room")
	case message.KindEvaluate, message.KindEvaluateReminder:
		return r.noticeCard(r.translate(string(r.m.Kind)+".title"), r.translate(string(r.m.Kind)+".sub"), "scorecard")
	case message.KindSummary:
		return r.noticeCard(r.translate("summary.title"), r.translate("summary.sub"), "detail")
	case message.KindRoomFailed:
		return r.noticeCard(r.translate("room_failed.title"), r.translate("room_failed.sub", r.roomFailureText()), "detail")
	case message.KindRoomFollows:
		return r.noticeCard(r.translate("room_follows.title"), r.translate("room_follows.sub"), "detail")
	case message.KindSubstitute:
		return r.substituteCard()
	case message.KindDecided:
		return r.decidedCard()
	case message.KindApprovalRejected, message.KindApprovalFailed:
		return r.approvalCard()
	case message.KindCandidateQuestion:
		return r.questionCard()
	case message.KindRoomReady:
		return r.noticeCard(r.translate("room_ready.title"), r.translate("room_ready.sub"), "room")
	default: // accepted
		return r.noticeCard(r.translate("accepted.title"), "", "detail")
	}
}

// requiresNewAnswer reports whether a change invalidated the response to the earlier
// invitation.
func (r *renderer) requiresNewAnswer() bool { return r.m.Data.PreviousStart != nil }

// cancellationCard returns the card for an interviewer of a cancelled interview, or for
// one who was removed from an interview, which it describes as the recipient knew it.
func (r *renderer) cancellationCard() *wecom.TemplateCard {
	if earlier := r.m.Data.Earlier; earlier != nil {
		known := *r
		known.i = r.i.WithArrangement(*earlier)
		return known.noticeCard(known.translate("removed.title"), "", "")
	}
	if r.i.State != interview.Cancelled { // removed by an earlier version
		return r.noticeCard(r.translate("removed.title"), "", "")
	}
	sub := r.translate("cancelled.sub")
	if r.m.Data.Reason != "" {
		sub = r.translate("cancelled.reason")
	}
	return r.noticeCard(r.translate("cancelled.title"), sub, "detail")
}

// invitationCard returns a card with buttons to accept and to decline.
func (r *renderer) invitationCard(title, sub string) *wecom.TemplateCard {
	c := r.baseCard(title, sub)
	c.CardType = wecom.CardButtonInteraction
	c.CardAction = &wecom.CardAction{Type: 1, URL: r.pageURL("detail")}
	c.ButtonList = []wecom.CardButton{
		{Text: r.translate("button.decline"), Style: styleGrey, Key: keyDecline},
		{Text: r.translate("button.accept"), Style: styleBlue, Key: keyAccept},
	}
	return c
}

// noticeCard returns a card that links to a page, or to the start page if page is
// empty.
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
	c := &wecom.TemplateCard{
		TaskID:       r.m.ID, // WeCom drops a card with the content of an earlier one as a duplicate
		Source:       &wecom.CardSource{Desc: r.translate("source")},
		MainTitle:    &wecom.CardTitle{Title: truncateText(title, 36), Desc: truncateText(timetext.FormatRange(r.lang, r.i, r.zone), 44)},
		SubTitleText: truncateText(sub, 160),
		HorizontalContentList: []wecom.CardHorizontalContent{
			{KeyName: r.translate("field.candidate"), Value: truncateText(r.i.Candidate.Name, 30)},
			{KeyName: r.translate("field.position"), Value: truncateText(r.i.Position.Title, 30)},
			{KeyName: r.translate("field.round"), Value: r.translate("field.round_value", r.i.Round)},
			{KeyName: r.translate("field.room"), Value: truncateText(r.roomText(), 30)},
			{Type: 3, KeyName: r.translate("field.organizer"), Value: truncateText(r.i.Organizer.Name, 30), UserID: r.i.OrganizerID},
		},
	}
	if row := r.meetingRow(); row != nil {
		c.HorizontalContentList = append(c.HorizontalContentList, *row)
	}
	return c
}

// meetingRow returns the row of the meeting, with its URL once there is one; nil
// without a meeting.
func (r *renderer) meetingRow() *wecom.CardHorizontalContent {
	m := r.i.Meeting
	if m.Kind == interview.NoMeeting || m.Kind == "" || !r.i.Open() {
		return nil
	}
	row := &wecom.CardHorizontalContent{
		KeyName: r.translate("field.meeting"), Value: truncateText(r.translate("meeting."+string(m.Kind), m.Code), 30),
	}
	if m.URL != "" {
		row.Type, row.URL = 1, m.URL
	}
	return row
}

// pageURL returns the URL of a page about the interview.
func (r *renderer) pageURL(name string) string {
	switch name {
	case "room":
		return r.publicURL + "/go/interviews/" + r.i.ID // redirects to the room, which may change
	case "scorecard":
		return r.publicURL + "/interviews/" + r.i.ID + "/scorecard"
	case "detail":
		return r.publicURL + "/interviews/" + r.i.ID
	default:
		return r.publicURL + "/"
	}
}

// roomText returns the kind of the room, with a note if the room could not be created
// yet.
func (r *renderer) roomText() string {
	kind := r.translate("room." + string(r.i.RoomKind))
	if r.i.RoomFailure() != nil {
		return r.translate("room.follows", kind)
	}
	return kind
}

// roomFailureText returns the reason why the room could not be created.
func (r *renderer) roomFailureText() string {
	if f := r.m.Data.Failure; f != nil {
		return i18n.T(r.lang, f.Code, f.Params)
	}
	return ""
}

// previousTime returns the time range before a change.
func (r *renderer) previousTime() string {
	if earlier := r.m.Data.Earlier; earlier != nil {
		return timetext.FormatRange(r.lang, r.i.WithArrangement(*earlier), r.zone)
	}
	before := *r.i // a message of an earlier version
	before.StartsAt, before.EndsAt = *r.m.Data.PreviousStart, r.m.Data.PreviousStart.Add(r.i.Duration())
	return timetext.FormatRange(r.lang, &before, r.zone)
}

// truncateText shortens s to a number of characters, the last of which is then "…".
func truncateText(s string, characters int) string {
	r := []rune(s)
	if len(r) <= characters {
		return s
	}
	return string(r[:characters-1]) + "…"
}
