package rehearsal

import (
	"cmp"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/huimian/huimian/internal/i18n"
	"github.com/huimian/huimian/wecom/wecomtest"
)

// receipt is a message that a person has received, as it reads.
type receipt struct {
	interview int // number; 0 if the text names none
	kind      Kind
	channel   Channel
	recipient string
	at        time.Time
	title     string
	text      string // where the time of the interview must stand
}

// pattern recognizes a kind by the title of a card or the subject of a mail.
type pattern struct {
	kind Kind
	expr *regexp.Regexp
}

// newPattern returns the pattern of a text of the product, whatever its parameters are.
func newPattern(kind Kind, id string) pattern {
	const mark = "\x01"
	params := map[string]any{}
	for _, name := range []string{"Title", "Candidate", "By", "Company", "Position", "Value", "Reason"} {
		params[name] = mark
	}
	text := regexp.QuoteMeta(i18n.T(language, id, params))
	text = strings.ReplaceAll(text, regexp.QuoteMeta("{{company}}"), mark)
	text = strings.ReplaceAll(text, regexp.QuoteMeta("{{position}}"), mark)
	return pattern{kind, regexp.MustCompile("^" + strings.ReplaceAll(text, mark, ".*") + "$")}
}

var cardPatterns = []pattern{
	newPattern(invite, "notify.invite.title"), newPattern(changed, "notify.changed.title"), newPattern(cancellation, "notify.cancelled.title"),
	newPattern(removed, "notify.removed.title"), newPattern(declined, "notify.declined.title"), newPattern(reminder24h, "notify.reminder.24h.title"),
	newPattern(reminder15m, "notify.reminder.15m.title"), newPattern(evaluate, "notify.evaluate.title"),
	newPattern(evaluateReminder, "notify.evaluate_reminder.title"), newPattern(summary, "notify.summary.title"),
	newPattern(roomTrouble, "notify.room_failed.title"), newPattern(roomTrouble, "notify.room_follows.title"), newPattern(roomTrouble, "notify.room_ready.title"),
	newPattern(booked, "notify.booking_booked.title"), newPattern(offerExpired, "notify.booking_expired.title"), newPattern(requested, "notify.booking_requested.title"),
}

var mailPatterns = []pattern{
	newPattern(invite, "notify.mail.invite.subject"), newPattern(changed, "notify.mail.changed.subject"), newPattern(cancellation, "notify.mail.cancelled.subject"),
	newPattern(reminderMail, "notify.mail.reminder.subject"), newPattern(roomTrouble, "notify.mail.room_ready.subject"), newPattern(offerMail, "notify.offer.subject"),
}

func recognizeKind(patterns []pattern, title string) Kind {
	for _, p := range patterns {
		if p.expr.MatchString(title) {
			return p.kind
		}
	}
	return unknown
}

var (
	candidateNumber = regexp.MustCompile(`候选人(\d{4,})`)
	addressNumber   = regexp.MustCompile(`^c(\d{4,})@`)
)

func numberIn(expr *regexp.Regexp, text string) int {
	found := expr.FindStringSubmatch(text)
	if found == nil {
		return 0
	}
	n, _ := strconv.Atoi(found[1]) // digits
	return n
}

// candidateOf returns the candidate's name on a card.
func candidateOf(c *wecomtest.Card) string {
	for _, h := range c.Horizontal {
		if name := candidateNumber.FindString(h.Value); name != "" {
			return name
		}
	}
	return ""
}

// readReceipts returns what all people have received, in the order of time.
func (r *rehearsal) readReceipts() (list []*receipt) {
	for n := range r.Members {
		for _, m := range r.world.wecom.Messages(corpID, userID(n)) {
			if !m.FromUser {
				list = append(list, newReceipt(userID(n), &m))
			}
		}
	}
	for _, m := range r.world.wecom.Mails(corpID) {
		to := strings.Join(m.To, ",")
		list = append(list, &receipt{
			interview: numberIn(addressNumber, to), kind: recognizeKind(mailPatterns, m.Subject), channel: mail, recipient: to, at: m.Time, title: m.Subject, text: m.Content,
		})
	}
	slices.SortStableFunc(list, func(a, b *receipt) int {
		return cmp.Or(a.at.Compare(b.at), cmp.Compare(a.recipient, b.recipient), cmp.Compare(a.title, b.title))
	})
	return list
}

func newReceipt(user string, m *wecomtest.Message) *receipt {
	c := &receipt{channel: card, recipient: user, at: m.Time, kind: unknown}
	switch {
	case m.Card != nil && m.Card.MainTitle != nil:
		c.title, c.text = m.Card.MainTitle.Title, m.Card.MainTitle.Desc
		c.interview, c.kind = numberIn(candidateNumber, candidateOf(m.Card)), recognizeKind(cardPatterns, c.title)
	case m.TextCard != nil:
		c.title, c.text = m.TextCard.Title, m.TextCard.Description
		c.interview, c.kind = numberIn(candidateNumber, c.title), recognizeKind(cardPatterns, c.title)
	case m.Text != nil: // the only text that is no reply
		c.title, _, _ = strings.Cut(m.Text.Content, "\n")
		c.kind = digest
	}
	return c
}
