package notify

import (
	"context"
	"slices"

	"github.com/huimian/huimian/internal/actor"
	"github.com/huimian/huimian/internal/i18n"
	"github.com/huimian/huimian/internal/interview"
	"github.com/huimian/huimian/internal/message"
	"github.com/huimian/huimian/internal/timetext"
	"github.com/huimian/huimian/wecom"
)

// readRounds returns the interviews that a message is about, by start, without those for
// which later events have made it pointless.
func (s *Service) readRounds(ctx context.Context, d *interview.Delivery) ([]*interview.Interview, error) {
	m := d.Message
	if len(m.Data.Rounds) == 0 {
		if d.Superseded() {
			return nil, nil
		}
		return []*interview.Interview{d.Interview}, nil
	}
	list, err := s.Interview.ListByIDs(ctx, actor.System(m.CorpID), m.Data.Rounds)
	if err != nil {
		return nil, err
	}
	list = slices.DeleteFunc(list, func(i *interview.Interview) bool { return !concerns(m, i) })
	slices.SortFunc(list, func(a, b *interview.Interview) int { return a.StartsAt.Compare(b.StartsAt) })
	return list, nil
}

// concerns reports whether an interview is as a message about several describes it, and the
// recipient still takes part.
func concerns(m *message.Message, i *interview.Interview) bool {
	state := interview.Scheduled
	if m.Kind == message.KindCancelled {
		state = interview.Cancelled
	}
	takesPart := func(interviewer interview.Interviewer) bool { return interviewer.UserID == m.Recipient }
	return i.State == state && i.ConcernsCandidate(m) && (m.Channel == message.Mail || slices.ContainsFunc(i.Interviewers, takesPart))
}

// roundsCard returns the card about several interviews, which are answered on their pages.
func (r *renderer) roundsCard() *wecom.TemplateCard {
	kind := "rounds." + string(r.m.Kind)
	sub := r.translate(kind + ".sub")
	if r.m.Data.Reason != "" {
		sub = r.translate(kind + ".reason")
	}
	c := r.noticeCard(r.translate(kind+".title"), sub, "detail")
	c.MainTitle.Desc = truncateText(r.i.Position.Title, 44)
	c.HorizontalContentList = nil
	for _, i := range r.rounds {
		c.HorizontalContentList = append(c.HorizontalContentList, wecom.CardHorizontalContent{
			Type: 1, KeyName: r.translate("field.round_value", i.Round), Value: truncateText(timetext.FormatRange(r.lang, i, r.zone), 30), URL: r.publicURL + "/interviews/" + i.ID,
		})
	}
	return c
}

// scheduleLines returns the times of several interviews, each with its own link.
func scheduleLines(rounds []*candidateMail) []string {
	var lines []string
	for n, m := range rounds {
		if n > 0 {
			lines = append(lines, "")
		}
		lines = append(lines, i18n.T(m.lang, "notify.mail.rounds.item", map[string]any{"Number": n + 1, "Time": timetext.FormatRange(m.lang, m.i, m.zone)}))
		if m.link == "" {
			continue
		}
		lines = append(lines, m.link)
		if meeting := m.meetingLines(); len(meeting) > 0 {
			lines = append(append(lines, ""), meeting...)
		}
		if m.weChat != "" {
			lines = append(lines, "", i18n.T(m.lang, "notify.mail.wechat", map[string]any{"WeChat": m.weChat}))
		}
	}
	return lines
}
