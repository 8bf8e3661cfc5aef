package notify

import (
	"context"

	"github.com/huimian/huimian/internal/calibration"
	"github.com/huimian/huimian/internal/i18n"
	"github.com/huimian/huimian/internal/message"
	"github.com/huimian/huimian/internal/timetext"
	"github.com/huimian/huimian/wecom"
)

// deliverCalibrationCard invites a rater to an exercise, unless the rating is no longer expected.
func (s *Service) deliverCalibrationCard(ctx context.Context, m *message.Message) error {
	invitation, err := s.Calibrations.ReadInvitation(ctx, m)
	if err != nil {
		return err
	}
	if invitation == nil {
		return s.Interview.Messages.MarkSkipped(ctx, m.CorpID, m.ID, "notify.skipped.overtaken")
	}
	if proceed, err := s.applySettings(ctx, m, nil); !proceed || err != nil {
		return err
	}
	lang, err := s.languageOf(ctx, m.CorpID, m.Recipient)
	if err != nil {
		return err
	}
	loc, err := s.Account.Location(ctx, m.CorpID)
	if err != nil {
		return err
	}
	invitation.DueAt = invitation.DueAt.In(loc)
	_, err = s.sendAppMessage(ctx, m, &wecom.Message{
		ToUser: wecom.IDList{m.Recipient}, TemplateCard: calibrationCard(lang, s.PublicURL, m, invitation),
		EnableDuplicateCheck: true, DuplicateCheckInterval: duplicateCheckSeconds,
	})
	return err
}

// calibrationCard returns the card of an invitation. It displays nothing of the interview: raters
// see its replay without names.
func calibrationCard(lang, publicURL string, m *message.Message, invitation *calibration.Invitation) *wecom.TemplateCard {
	text := func(id string) string {
		return i18n.T(lang, "notify."+id, map[string]any{"Title": invitation.Title, "By": m.By.Name, "Value": timetext.FormatDate(lang, invitation.DueAt) + " " + invitation.DueAt.Format("15:04")})
	}
	url := publicURL + "/calibration/" + m.Data.Exercise
	return &wecom.TemplateCard{
		CardType: wecom.CardTextNotice, TaskID: m.ID, Source: &wecom.CardSource{Desc: text("source")},
		MainTitle:    &wecom.CardTitle{Title: truncateText(text("calibration.title"), 36), Desc: truncateText(text("calibration.due"), 44)},
		SubTitleText: truncateText(text("calibration.sub"), 160),
		CardAction:   &wecom.CardAction{Type: 1, URL: url},
		JumpList:     []wecom.CardJump{{Type: 1, Title: text("open.calibration"), URL: url}},
	}
}
