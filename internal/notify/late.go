package notify

import (
	"context"
	"errors"
	"strconv"
	"strings"

	"github.com/huimian/huimian/internal/actor"
	"github.com/huimian/huimian/internal/apperr"
	"github.com/huimian/huimian/internal/interview"
	"github.com/huimian/huimian/internal/message"
	"github.com/huimian/huimian/wecom"
)

// keyLate begins the keys of the buttons of a reminder; the minutes follow.
const keyLate = "late_"

// lateChoices are the minutes of the buttons.
var lateChoices = []int{5, 10, 15}

// reminderCard returns the reminder of an interview. The one 15 minutes before an interview in
// a built-in room has buttons with which the interviewer is late; the candidate of another
// room would not see it.
func (r *renderer) reminderCard() *wecom.TemplateCard {
	title := r.translate("reminder." + r.m.Data.Before + ".title")
	if r.m.Data.Before != "15m" || r.i.RoomKind != interview.BuiltinRoom {
		return r.noticeCard(title, r.i.Note, "room")
	}
	c := r.baseCard(title, r.i.Note)
	c.CardType = wecom.CardButtonInteraction
	c.TaskID = r.m.ID
	c.CardAction = &wecom.CardAction{Type: 1, URL: r.pageURL("room")}
	c.ButtonList = []wecom.CardButton{{Type: wecom.CardButtonURL, Text: r.translate("open.room"), Style: styleBlue, URL: r.pageURL("room")}}
	for _, minutes := range lateChoices {
		c.ButtonList = append(c.ButtonList, wecom.CardButton{
			Text: r.translate("button.late", minutes), Style: styleGrey, Key: keyLate + strconv.Itoa(minutes),
		})
	}
	return c
}

// lateRefusals are the labels of a card by the code of the error.
var lateRefusals = map[string]string{
	"late.started": "late_started", "late.too_long": "late_too_long", "late.too_many": "late_too_many", "late.moved": "late_moved",
}

// handleLateAction stores the late notice of an interviewer and updates the card.
func (s *Service) handleLateAction(ctx context.Context, d *interview.Delivery, userID string, args CardActionArgs) error {
	minutes, err := strconv.Atoi(strings.TrimPrefix(args.Key, keyLate))
	if err != nil {
		return cancelUnknownButton(args.Key)
	}
	n, err := s.LateNotices.Report(ctx, actor.ForInterviewer(args.CorpID, userID), d.Interview.ID, minutes, d.Message.ScheduleVersion)
	switch apperr.KindOf(err) {
	case apperr.Conflict, apperr.Gone, apperr.Forbidden, apperr.NotFound, apperr.Invalid:
		label := "closed"
		if e, ok := errors.AsType[*apperr.Error](err); ok && lateRefusals[e.Code] != "" {
			label = lateRefusals[e.Code]
		}
		return s.replaceCardButton(ctx, d.Message, userID, args.ResponseCode, "notify.card."+label, message.CardClosed)
	default:
		if err != nil {
			return err
		}
	}
	return s.replaceCardButton(ctx, d.Message, userID, args.ResponseCode, "notify.card.late", message.CardAnswered, n.Minutes)
}
