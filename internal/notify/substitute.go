package notify

import (
	"context"
	"errors"
	"strings"

	"github.com/huimian/huimian/internal/i18n"
	"github.com/huimian/huimian/internal/interview"
	"github.com/huimian/huimian/internal/job"
	"github.com/huimian/huimian/internal/message"
	"github.com/huimian/huimian/internal/notification"
	"github.com/huimian/huimian/internal/pool"
	"github.com/huimian/huimian/internal/timetext"
	"github.com/huimian/huimian/wecom"
)

// substituteCard returns the card with which a member of the pool replaces an
// interviewer. It links to the start page: the member may not see the interview yet.
func (r *renderer) substituteCard() *wecom.TemplateCard {
	c := r.invitationCard(r.translate("substitute.title"), r.translate("substitute.sub"))
	c.CardAction.URL = r.pageURL("")
	return c
}

// deliverSubstituteCard sends a card about a substitution while it is open, and disables its
// buttons if it has ended meanwhile.
func (s *Service) deliverSubstituteCard(ctx context.Context, d *interview.Delivery) error {
	m := d.Message
	outcome, err := s.substituteOutcome(ctx, m)
	if err != nil {
		return err
	}
	if m.State == message.Queued || m.State == message.Sending {
		if outcome != "" {
			return s.Interview.Messages.MarkSkipped(ctx, m.CorpID, m.ID, "notify.skipped.overtaken")
		}
		if err := s.deliverCard(ctx, d, nil); err != nil {
			return err
		}
	}
	if outcome, err = s.substituteOutcome(ctx, m); err != nil || outcome == "" {
		return err
	}
	return s.closeCardsOfSubstitution(ctx, m.CorpID, m.InterviewID, m.Data.Request)
}

// substituteOutcome returns what the card of a substitution displays, "" while it is open.
func (s *Service) substituteOutcome(ctx context.Context, m *message.Message) (pool.Outcome, error) {
	r, err := s.Pools.Lookup(ctx, m.CorpID, m.Data.Request)
	if err != nil {
		return "", err
	}
	return s.Pools.OutcomeFor(r, m.Recipient), nil
}

// handleSubstituteAction stores the answer of a member and updates the card.
func (s *Service) handleSubstituteAction(ctx context.Context, m *message.Message, userID, responseCode string, accept bool) error {
	outcome, err := s.Pools.Answer(ctx, m.CorpID, userID, m.Data.Request, accept)
	if err != nil {
		return err
	}
	return s.replaceCardButton(ctx, m, userID, responseCode, outcomeLabel(outcome), message.CardAnswered)
}

func outcomeLabel(o pool.Outcome) string { return "notify.card.substitute_" + string(o) }

// closeSubstituteCards disables the buttons of the cards of a substitution that has ended.
func (s *Service) closeSubstituteCards(ctx context.Context, args pool.ClosedArgs, _ job.Attempt) error {
	r, err := s.Pools.Lookup(ctx, args.CorpID, args.SubstitutionID)
	if err != nil || r == nil {
		return err
	}
	return s.closeCardsOfSubstitution(ctx, r.CorpID, r.InterviewID, r.ID)
}

func (s *Service) closeCardsOfSubstitution(ctx context.Context, corpID, interviewID, id string) error {
	cards, err := s.Interview.Messages.ListOpenCards(ctx, corpID, interviewID, "")
	if err != nil {
		return err
	}
	var errs []error
	for _, m := range cards {
		if m.Kind != message.KindSubstitute || m.Data.Request != id {
			continue
		}
		outcome, err := s.substituteOutcome(ctx, &m)
		if err == nil && outcome != "" && outcome != pool.Assigned { // the member's own press updates that card
			err = s.replaceCardButton(ctx, &m, m.Recipient, m.ResponseCode, outcomeLabel(outcome), message.CardClosed)
		}
		errs = append(errs, err)
	}
	return errors.Join(errs...)
}

// notifyOfSubstitution sends the organizer a card about the end of a substitution. There is no
// message row.
func (s *Service) notifyOfSubstitution(ctx context.Context, args pool.NoticeArgs, attempt job.Attempt) error {
	n, err := s.Pools.ReadNotice(ctx, args)
	if err != nil || n == nil {
		return err
	}
	event := notification.Event("substitution_" + n.State)
	if err := s.awaitQuietHours(ctx, args.CorpID, n.Interview.OrganizerID, event, n.Interview); err != nil {
		return err
	}
	lang, err := s.languageOf(ctx, args.CorpID, n.Interview.OrganizerID)
	if err != nil {
		return err
	}
	return s.sendNotice(ctx, attempt, args.CorpID, n.Interview.OrganizerID, s.substitutionCard(lang, n))
}

func (s *Service) substitutionCard(lang string, n *pool.Notice) *wecom.TextCard {
	params := map[string]any{
		"Title": escapeMarkup(n.Interview.Title), "Candidate": escapeMarkup(n.Interview.Candidate.Name),
		"Name": escapeMarkup(n.Person.Name), "Taker": escapeMarkup(n.Taker.Name), "Time": timetext.FormatRange(lang, n.Interview, s.Account.Corp.TimeZone),
	}
	text := i18n.T(lang, "notify.substitution_"+string(n.State)+".text", params)
	if len(n.NextTimes) > 0 {
		times := make([]string, len(n.NextTimes))
		for k, slot := range n.NextTimes {
			at := *n.Interview
			at.StartsAt, at.EndsAt = slot.Start, slot.End
			times[k] = timetext.FormatRange(lang, &at, s.Account.Corp.TimeZone)
		}
		text += "\n" + i18n.T(lang, "notify.substitution_unfilled.times", map[string]any{"Times": strings.Join(times, "\n")})
	}
	return &wecom.TextCard{
		Title:       i18n.T(lang, "notify.substitution_"+string(n.State)+".title", params),
		Description: text, URL: s.PublicURL + "/interviews/" + n.InterviewID,
	}
}
