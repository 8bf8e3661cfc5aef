package rehearsal

import (
	"fmt"
	"slices"
	"strings"
	"time"
)

// Violation is something that must not happen.
type Violation struct {
	Rule      string    `json:"rule"`
	Interview int       `json:"interview,omitempty"`
	Recipient string    `json:"recipient,omitempty"`
	Kind      Kind      `json:"kind,omitempty"`
	At        time.Time `json:"at"`
	Text      string    `json:"text"`
}

// Rules of violations.
const (
	ruleMissing       = "missing"
	ruleLate          = "late"
	ruleDoubled       = "doubled"
	ruleUnexpected    = "unexpected"
	ruleWrongTime     = "wrong time"
	ruleDoubleBooking = "double booking"
	ruleInconsistent  = "inconsistent"
	ruleCalendar      = "calendar"
	ruleUnfinished    = "unfinished"
	ruleIdleFault     = "fault without effect"
)

// Bounds of the time until a person is informed. The first is without a fault. The others begin
// when the fault ends, and follow from the retries of the product: cards at most every five
// minutes, notices and offers by the job queue, mails at most every hour.
const (
	promptly       = 2 * time.Minute
	afterKill      = 5 * time.Minute
	cardsRecover   = 10 * time.Minute
	noticesRecover = 45 * time.Minute
	mailsRecover   = 65 * time.Minute
)

// Delivery is an expected message and what became of it.
type Delivery struct {
	expectation

	ReceivedAt *time.Time `json:"receivedAt,omitempty"`
	Late       float64    `json:"lateSeconds"`
	Overtaken  bool       `json:"overtaken,omitempty"` // a later change had made it pointless
	Doubles    int        `json:"doubles,omitempty"`   // because the process died while it sent the mail
}

// checker compares what was expected with what was received.
type checker struct {
	interviews []*interview // interview n is at n-1
	faults     []*Fault
	slack      time.Duration // of what sweeps find

	deliveries []*Delivery
	violations []Violation
}

type messageKey struct {
	interview int
	kind      Kind
	channel   Channel
	recipient string
}

// deadlineOf returns until when the person must be informed.
func (c *checker) deadlineOf(e *expectation) time.Time {
	bound := promptly
	if e.Kind == digest || e.Kind == offerExpired {
		bound += c.slack
	}
	until := e.At.Add(bound)
	for _, f := range c.faults {
		if e.At.Before(f.From.Add(-promptly)) || e.At.After(f.To) {
			continue
		}
		if after := f.To.Add(c.recoveryAfter(f, e)); after.After(until) {
			until = after
		}
	}
	return until
}

// recoveryAfter returns how long after a fault the person must be informed.
func (c *checker) recoveryAfter(f *Fault, e *expectation) time.Duration {
	switch {
	case f.isKill:
		return afterKill + c.slack
	case f.code != 0:
		return 0 // the call is repeated at once
	case e.Channel == mail:
		return mailsRecover
	case e.Kind == booked || e.Kind == offerExpired:
		return noticesRecover
	default:
		return cardsRecover
	}
}

// checkMessages assigns the receipts to the expectations.
func (c *checker) checkMessages(expected []*expectation, receipts []*receipt) {
	open := map[messageKey][]*Delivery{}
	for _, e := range expected {
		d := &Delivery{expectation: *e}
		c.deliveries = append(c.deliveries, d)
		k := messageKey{e.Interview, e.Kind, e.Channel, e.Recipient}
		open[k] = append(open[k], d)
	}
	for _, m := range receipts {
		c.checkTime(m)
		candidates := open[messageKey{m.interview, m.kind, m.channel, m.recipient}]
		if d := newestUnmatched(candidates, m.at); d != nil {
			d.ReceivedAt = &m.at
			d.Late = m.at.Sub(d.At).Seconds()
			continue
		}
		c.checkSurplus(m, candidates, receipts)
	}
	for _, d := range c.deliveries {
		c.checkDelivery(d)
	}
}

// newestUnmatched returns the newest expectation before a receipt that has none.
func newestUnmatched(list []*Delivery, at time.Time) *Delivery {
	for _, d := range slices.Backward(list) {
		if d.ReceivedAt == nil && !d.At.After(at) {
			return d
		}
	}
	return nil
}

// isRoomNews reports whether a receipt is about a room that could not be created while WeCom was
// down: ShowMeBug needs the interviewers' addresses from WeCom.
func (c *checker) isRoomNews(m *receipt) bool {
	if m.kind != roomTrouble || m.interview == 0 || m.interview > len(c.interviews) || c.interviews[m.interview-1].provider != showMeBug {
		return false
	}
	for _, f := range c.faults {
		for _, change := range c.interviews[m.interview-1].changes {
			if f.isOutage && !change.at.Before(f.From) && !change.at.After(f.To) {
				return true
			}
		}
	}
	return false
}

// checkSurplus judges a receipt that no expectation is left for.
func (c *checker) checkSurplus(m *receipt, candidates []*Delivery, all []*receipt) {
	if m.kind == digest { // also to a member without an interview on that day: of overdue work
		same := 0
		for _, other := range all {
			if other.kind == digest && other.recipient == m.recipient && other.at.In(zone).YearDay() == m.at.In(zone).YearDay() {
				same++
			}
		}
		if same == 1 {
			return
		}
	}
	if m.channel == mail && len(candidates) > 0 {
		for _, f := range c.faults {
			last := candidates[len(candidates)-1]
			if f.doubles && last.ReceivedAt != nil && last.ReceivedAt.Equal(f.From) {
				last.Doubles++
				return
			}
		}
	}
	if c.isRoomNews(m) && !slices.ContainsFunc(all, func(other *receipt) bool {
		return other != m && other.recipient == m.recipient && other.title == m.title
	}) {
		return
	}
	rule := ruleUnexpected
	if len(candidates) > 0 || m.kind == digest {
		rule = ruleDoubled
	}
	c.violations = append(c.violations, Violation{rule, m.interview, m.recipient, m.kind, m.at, m.title})
}

// checkTime checks that a message which names the time of the interview names the present one.
func (c *checker) checkTime(m *receipt) {
	if m.interview == 0 || m.interview > len(c.interviews) {
		return
	}
	switch m.kind {
	case invite, changed, reminder24h, reminder15m, reminderMail:
	default:
		return
	}
	start := c.interviews[m.interview-1].arrangementAt(m.at).start.In(zone).Format("15:04")
	if !strings.Contains(m.text, start) {
		c.violations = append(c.violations, Violation{ruleWrongTime, m.interview, m.recipient, m.kind, m.at, fmt.Sprintf("%s: not %s in %q", m.title, start, m.text)})
	}
}

// checkDelivery checks that the person was informed, and in time.
func (c *checker) checkDelivery(d *Delivery) {
	deadline := c.deadlineOf(&d.expectation)
	if d.ReceivedAt == nil {
		if d.Interview > 0 {
			at, ok := c.interviews[d.Interview-1].overtakenAt(&d.expectation)
			d.Overtaken = ok && !at.After(deadline)
		}
		if !d.Overtaken {
			c.violations = append(c.violations, Violation{ruleMissing, d.Interview, d.Recipient, d.Kind, d.At, "not received"})
		}
		return
	}
	if d.ReceivedAt.After(deadline) {
		c.violations = append(c.violations, Violation{ruleLate, d.Interview, d.Recipient, d.Kind, d.At,
			fmt.Sprintf("received %s later, allowed are %s", d.ReceivedAt.Sub(d.At), deadline.Sub(d.At))})
	}
}

// checkFaults checks that each fault had an effect: otherwise nothing is shown by it.
func (c *checker) checkFaults() {
	for _, f := range c.faults {
		if f.Effect == "" {
			c.violations = append(c.violations, Violation{Rule: ruleIdleFault, At: f.From, Text: f.Name})
		}
	}
}

// checkBookings checks that no member attends two interviews at the same time.
func (c *checker) checkBookings() {
	byMember := map[string][]*interview{}
	for _, i := range c.interviews {
		if i.state != scheduled && i.state != running && i.state != ended {
			continue
		}
		for _, u := range i.attendingUsers() {
			for _, other := range byMember[u] {
				if i.start.Before(other.endsAt()) && other.start.Before(i.endsAt()) {
					c.violations = append(c.violations, Violation{Rule: ruleDoubleBooking, Interview: i.number, Recipient: u, At: i.start, Text: "also " + other.titleText()})
				}
			}
			byMember[u] = append(byMember[u], i)
		}
	}
}
