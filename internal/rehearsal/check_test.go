package rehearsal

import (
	"testing"
	"time"
)

// noon is a moment of the interviews of these tests.
var noon = time.Date(2026, time.November, 23, 12, 0, 0, 0, zone)

// newInterview returns interview 1, which was scheduled at noon for 14:00 with ada and ben.
func newInterview() *interview {
	i := &interview{
		number: 1, state: scheduled, version: 1, recruiter: "rosa", interviewers: []string{"ada", "ben"}, start: noon.Add(2 * time.Hour), duration: time.Hour,
		response: map[string]string{}, submitted: map[string]time.Time{},
	}
	i.noteChange(noon)
	return i
}

func invitationAt(after time.Duration) *receipt {
	return &receipt{interview: 1, kind: invite, channel: card, recipient: "ada", at: noon.Add(after), title: "面试邀请", text: "14:00–15:00"}
}

func TestCheckMessages(t *testing.T) {
	expected := &expectation{Interview: 1, Kind: invite, Channel: card, Recipient: "ada", At: noon}
	outage := &Fault{From: noon.Add(-time.Minute), To: noon.Add(time.Hour), isOutage: true}
	kill := &Fault{From: noon, To: noon, isKill: true}
	at := func(m *receipt, change func(*receipt)) *receipt { change(m); return m }
	for _, tc := range []struct {
		name     string
		change   func(*interview)
		fault    *Fault
		receipts []*receipt
		rule     string // "": no violation
	}{
		{name: "at once", receipts: []*receipt{invitationAt(0)}},
		{name: "missing", rule: ruleMissing},
		{name: "late", receipts: []*receipt{invitationAt(3 * time.Minute)}, rule: ruleLate},
		{name: "twice", receipts: []*receipt{invitationAt(0), invitationAt(time.Second)}, rule: ruleDoubled},
		{name: "another person too", receipts: []*receipt{invitationAt(0), at(invitationAt(0), func(m *receipt) { m.recipient = "eve" })}, rule: ruleUnexpected},
		{name: "unknown text", receipts: []*receipt{invitationAt(0), at(invitationAt(0), func(m *receipt) { m.kind = unknown })}, rule: ruleUnexpected},
		{name: "before its cause", receipts: []*receipt{at(invitationAt(-time.Second), func(m *receipt) { m.kind = summary }), invitationAt(0)}, rule: ruleUnexpected},
		{name: "wrong time", receipts: []*receipt{at(invitationAt(0), func(m *receipt) { m.text = "15:00–16:00" })}, rule: ruleWrongTime},
		{name: "after the outage", fault: outage, receipts: []*receipt{invitationAt(65 * time.Minute)}},
		{name: "long after the outage", fault: outage, receipts: []*receipt{invitationAt(75 * time.Minute)}, rule: ruleLate},
		{name: "after a kill", fault: kill, receipts: []*receipt{invitationAt(4 * time.Minute)}},
		{name: "twice after a kill", fault: kill, receipts: []*receipt{invitationAt(0), invitationAt(4 * time.Minute)}, rule: ruleDoubled},
		{name: "never after the outage", fault: outage, rule: ruleMissing},
		{name: "cancelled in the outage", fault: outage, change: func(i *interview) { i.state = cancelled; i.noteChange(noon.Add(30 * time.Minute)) }},
		{name: "moved in the outage", fault: outage, change: func(i *interview) { i.version++; i.noteChange(noon.Add(30 * time.Minute)) }},
		{name: "replaced in the outage", fault: outage, change: func(i *interview) { i.interviewers = []string{"ben"}; i.noteChange(noon.Add(30 * time.Minute)) }},
		{name: "the other one replaced", fault: outage, change: func(i *interview) { i.interviewers = []string{"ada"}; i.noteChange(noon.Add(30 * time.Minute)) }, rule: ruleMissing},
		{name: "cancelled later", change: func(i *interview) { i.state = cancelled; i.noteChange(noon.Add(30 * time.Minute)) }, rule: ruleMissing},
	} {
		t.Run(tc.name, func(t *testing.T) {
			i := newInterview()
			if tc.change != nil {
				tc.change(i)
			}
			c := &checker{interviews: []*interview{i}, slack: time.Minute}
			if tc.fault != nil {
				c.faults = []*Fault{tc.fault}
			}
			c.checkMessages([]*expectation{expected}, tc.receipts)
			var rule string
			if len(c.violations) > 0 {
				rule = c.violations[0].Rule
			}
			if rule != tc.rule || len(c.violations) > 1 {
				t.Errorf("violations %+v, want %q", c.violations, tc.rule)
			}
		})
	}
}

// Only the mail that was being sent when the process was killed may arrive twice.
func TestMailsOfKilledProcess(t *testing.T) {
	kill := &Fault{From: noon, To: noon, isKill: true, doubles: true}
	mailAt := func(after time.Duration) *receipt {
		m := invitationAt(after)
		m.channel, m.recipient = mail, "c0001@candidate.example"
		return m
	}
	expected := []*expectation{{Interview: 1, Kind: invite, Channel: mail, Recipient: "c0001@candidate.example", At: noon}}
	for _, tc := range []struct {
		name      string
		first     time.Duration
		violation bool
	}{{"sent at the kill", 0, false}, {"sent later", time.Second, true}} {
		t.Run(tc.name, func(t *testing.T) {
			c := &checker{interviews: []*interview{newInterview()}, faults: []*Fault{kill}}
			c.checkMessages(expected, []*receipt{mailAt(tc.first), mailAt(2 * time.Minute)})
			if got := len(c.violations) > 0; got != tc.violation || !got && c.deliveries[0].Doubles != 1 {
				t.Errorf("violations %+v, %d doubles", c.violations, c.deliveries[0].Doubles)
			}
		})
	}
}

func TestCheckBookings(t *testing.T) {
	for _, tc := range []struct {
		name   string
		change func(*interview)
		found  bool
	}{
		{"same time", func(*interview) {}, true},
		{"declined", func(i *interview) { i.response["ada"], i.response["ben"] = "declined", "declined" }, false},
		{"cancelled", func(i *interview) { i.state = cancelled }, false},
		{"right after", func(i *interview) { i.start = i.endsAt() }, false},
		{"a minute earlier", func(i *interview) { i.start = i.endsAt().Add(-time.Minute) }, true},
	} {
		t.Run(tc.name, func(t *testing.T) {
			a, b := newInterview(), newInterview()
			tc.change(b)
			c := &checker{interviews: []*interview{a, b}}
			c.checkBookings()
			if got := len(c.violations) > 0; got != tc.found {
				t.Errorf("violations %+v", c.violations)
			}
		})
	}
}

func TestCheckFaults(t *testing.T) {
	c := &checker{faults: []*Fault{{Name: "a"}, {Name: "b", Effect: "calls that failed: 2"}}}
	c.checkFaults()
	if len(c.violations) != 1 || c.violations[0].Text != "a" {
		t.Errorf("violations %+v", c.violations)
	}
}

// Every kind that the rehearsal knows is recognized by a text of the product.
func TestPatterns(t *testing.T) {
	for title, want := range map[string]Kind{
		"面试邀请：面试0001": invite, "面试将在 15 分钟后开始：面试0001": reminder15m, "成员0001无法参加面试": declined, "请填写面试评价：面试0001": evaluate,
		"面试评价待提交：面试0001": evaluateReminder, "候选人0001已选定面试时间": booked, "某个新的标题": unknown,
	} {
		if got := recognizeKind(cardPatterns, title); got != want {
			t.Errorf("%s is %s, want %s", title, got, want)
		}
	}
	for subject, want := range map[string]Kind{"演练科技邀请您参加面试：职位1 面试": invite, "演练科技邀请您选择面试时间：职位1": offerMail, "面试提醒：职位1 面试": reminderMail} {
		if got := recognizeKind(mailPatterns, subject); got != want {
			t.Errorf("%s is %s, want %s", subject, got, want)
		}
	}
}
