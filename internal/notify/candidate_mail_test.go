package notify_test

import (
	"bufio"
	"context"
	"encoding/base64"
	"io"
	"mime"
	"mime/multipart"
	"mime/quotedprintable"
	netmail "net/mail"
	"net/textproto"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"testing"
	"time"
	"unicode/utf8"

	"github.com/huimian/huimian/internal/apperr"
	"github.com/huimian/huimian/internal/candidate"
	"github.com/huimian/huimian/internal/db"
	"github.com/huimian/huimian/internal/db/dbtest"
	"github.com/huimian/huimian/internal/interview"
	"github.com/huimian/huimian/internal/mail"
	"github.com/huimian/huimian/internal/mail/mailtest"
	"github.com/huimian/huimian/internal/message"
	"github.com/huimian/huimian/internal/notify"
	"github.com/huimian/huimian/wecom"
)

// parts are the leaves of a mail by media type.
type parts map[string]part

type part struct {
	params map[string]string // of the Content-Type
	body   string
}

// parseMail decodes a mail into its header and its leaves.
func parseMail(t *testing.T, raw string) (netmail.Header, parts) {
	t.Helper()
	m, err := netmail.ReadMessage(bufio.NewReader(strings.NewReader(raw)))
	if err != nil {
		t.Fatal(err)
	}
	out := parts{}
	out.readParts(t, textproto.MIMEHeader(m.Header), m.Body)
	return m.Header, out
}

func (p parts) readParts(t *testing.T, header textproto.MIMEHeader, body io.Reader) {
	t.Helper()
	mediaType, params, err := mime.ParseMediaType(header.Get("Content-Type"))
	if err != nil {
		t.Fatal(err)
	}
	if strings.HasPrefix(mediaType, "multipart/") {
		for r := multipart.NewReader(body, params["boundary"]); ; {
			next, err := r.NextRawPart()
			if err != nil {
				return
			}
			p.readParts(t, next.Header, next)
		}
	}
	switch header.Get("Content-Transfer-Encoding") {
	case "base64":
		body = base64.NewDecoder(base64.StdEncoding, body)
	case "quoted-printable":
		body = quotedprintable.NewReader(body)
	}
	content, err := io.ReadAll(body)
	if err != nil {
		t.Fatal(err)
	}
	p[mediaType] = part{params, string(content)}
}

// parseCalendar checks the lines of an iCalendar object (RFC 5545, 3.1) and returns
// its properties by name, with their parameters.
func parseCalendar(t *testing.T, object string) map[string]string {
	t.Helper()
	if strings.Contains(strings.ReplaceAll(object, "\r\n", ""), "\n") || !strings.HasSuffix(object, "END:VCALENDAR\r\n") {
		t.Errorf("the lines do not end with CRLF: %q", object)
	}
	out := map[string]string{}
	for line := range strings.SplitSeq(object, "\r\n") {
		if len(line) > 75 || !utf8.ValidString(line) {
			t.Errorf("line of %d bytes: %q", len(line), line)
		}
	}
	for line := range strings.SplitSeq(strings.ReplaceAll(object, "\r\n ", ""), "\r\n") {
		end := strings.IndexAny(line, ";:")
		if end > 0 {
			out[line[:end]] = line[end+1:]
		}
	}
	return out
}

var joinLink = regexp.MustCompile(regexp.QuoteMeta(public) + `/join#([\w-]+)`)

// newMailFixture returns a fixture with a mail server.
func newMailFixture(t *testing.T, d *db.DB) (*fixture, *mailtest.Server) {
	t.Helper()
	relay := mailtest.New(t)
	h := newFixture(t, newSimulator(t), d, &mail.Server{Host: relay.Address, From: "会面 <interview@example.com>", TLS: "none"})
	return h, relay
}

func TestCandidateMail(t *testing.T) {
	dbtest.Run(t, func(t *testing.T, d *db.DB) {
		h, relay := newMailFixture(t, d)
		h.startQueue()
		i := h.scheduleInterview("zhao@example.com")
		header, parts := parseMail(t, <-relay.Mails())
		subject, err := new(mime.WordDecoder).DecodeHeader(header.Get("Subject"))
		if err != nil || !strings.Contains(subject, "云杉科技邀请您参加面试") {
			t.Errorf("subject %q (%v)", subject, err)
		}
		text := parts["text/plain"].body
		link := joinLink.FindStringSubmatch(text)
		if link == nil || !strings.Contains(text, "赵一鸣") || !strings.Contains(text, "林悦") {
			t.Fatalf("text: %s", text)
		}
		if opened, err := h.interview.ResolveCandidateLink(t.Context(), link[1]); err != nil || opened.ID != i.ID {
			t.Errorf("the link of the mail: %v", err)
		}

		// The database does not contain the link.
		var body string
		if err := d.NewRaw("SELECT body FROM messages WHERE channel = 'mail'").Scan(t.Context(), &body); err != nil {
			t.Fatal(err)
		}
		if strings.Contains(body, link[1]) || !strings.Contains(body, "赵一鸣") {
			t.Errorf("the row contains the link or not the text: %s", body)
		}
	})
}

func TestCandidateCalendar(t *testing.T) {
	h, relay := newMailFixture(t, dbtest.Open(t, db.SQLite))
	h.startQueue()
	i := h.scheduleInterview("zhao@example.com")
	header, invitation := parseMail(t, <-relay.Mails())
	if subject, err := new(mime.WordDecoder).DecodeHeader(header.Get("Subject")); err != nil || subject != "云杉科技邀请您参加面试：后端工程师面试" {
		t.Errorf("subject %q, %v", subject, err)
	}
	if _, err := h.interview.Cancel(t.Context(), h.recruiter, i.ID, "内部原因"); err != nil {
		t.Fatal(err)
	}
	_, cancellation := parseMail(t, <-relay.Mails())
	if text := cancellation["text/plain"].body; strings.Contains(text, "内部原因") || joinLink.MatchString(text) {
		t.Errorf("cancellation: %s", text)
	}
	want := map[string]string{
		"METHOD": "REQUEST", "STATUS": "CONFIRMED", "UID": i.ID + "@huimian",
		"DTSTART":   i.StartsAt.UTC().Format("20060102T150405Z"),
		"ORGANIZER": "CN=云杉科技:mailto:interview@example.com",
		"ATTENDEE":  "CN=赵一鸣;CUTYPE=INDIVIDUAL;PARTSTAT=NEEDS-ACTION;ROLE=REQ-PARTICIPANT;RSVP=false:mailto:zhao@example.com",
		"SEQUENCE":  "2",
		"SUMMARY":   "后端工程师面试 · 云杉科技", // not the title for members
	}
	for n, mailed := range []parts{invitation, cancellation} {
		name := []string{"invitation", "cancellation"}[n]
		if name == "cancellation" {
			want["METHOD"], want["STATUS"], want["SEQUENCE"] = "CANCEL", "CANCELLED", "4"
		}
		p := mailed["text/calendar"]
		if p.params["method"] != want["METHOD"] {
			t.Errorf("%s: parameters %v", name, p.params)
		}
		if mailed["application/ics"].body != p.body {
			t.Errorf("%s: the file differs from the alternative", name)
		}
		got := parseCalendar(t, p.body)
		for property, value := range want {
			if !strings.EqualFold(got[property], value) {
				t.Errorf("%s: %s is %q, want %q", name, property, got[property], value)
			}
		}
	}
}

// A candidate who is replaced in an interview gets the cancellation of the calendar entry that
// they have, as they know it; an invitation that follows is newer than the cancellation.
func TestCalendarOfReplacedCandidate(t *testing.T) {
	dbtest.Run(t, func(t *testing.T, d *db.DB) {
		h, relay := newMailFixture(t, d)
		h.startQueue()
		i, other := h.scheduleInterview("zhao@example.com"), h.scheduleInterview("wang@example.com")
		known, sequence := i, 0
		wantMails := func(method map[string]string) {
			t.Helper()
			for range method {
				header, p := parseMail(t, <-relay.Mails())
				to := strings.Trim(header.Get("To"), "<>")
				got := parseCalendar(t, p["text/calendar"].body)
				if got["METHOD"] != method[to] || !strings.HasSuffix(got["ATTENDEE"], "mailto:"+to) {
					t.Errorf("%s to %s, %s", got["METHOD"], to, got["ATTENDEE"])
				}
				if n, err := strconv.Atoi(got["SEQUENCE"]); err != nil || got["UID"] == i.ID+"@huimian" && n <= sequence {
					t.Errorf("SEQUENCE %s after %d", got["SEQUENCE"], sequence)
				}
				if start := known.StartsAt.UTC().Format("20060102T150405Z"); got["METHOD"] == "CANCEL" && (got["DTSTART"] != start || got["UID"] != i.ID+"@huimian") {
					t.Errorf("CANCEL of %s at %s, want %s", got["UID"], got["DTSTART"], start)
				}
				if text := p["text/plain"].body; joinLink.MatchString(text) != (method[to] == "REQUEST") {
					t.Errorf("%s: %s", to, text)
				}
			}
		}
		edit := func(candidateID string) {
			t.Helper()
			var err error
			known, sequence = i, 2*i.Version
			i, err = h.interview.Edit(t.Context(), h.recruiter, i.ID, 0, func(p *interview.Plan) {
				p.CandidateID, p.StartsAt, p.OverrideWarnings = candidateID, p.StartsAt.Add(time.Hour), true
			})
			if err != nil {
				t.Fatal(err)
			}
		}
		wantMails(map[string]string{"zhao@example.com": "REQUEST", "wang@example.com": "REQUEST"})
		former := i.CandidateID
		edit(other.CandidateID)
		wantMails(map[string]string{"zhao@example.com": "CANCEL", "wang@example.com": "REQUEST"})
		edit(former)
		wantMails(map[string]string{"zhao@example.com": "REQUEST", "wang@example.com": "CANCEL"})
	})
}

// A permanent refusal ends the delivery at once; the correction of the address
// sends the invitation there, with a link that replaces the mailed ones.
func TestCandidateMailRefused(t *testing.T) {
	dbtest.Run(t, func(t *testing.T, d *db.DB) {
		h, relay := newMailFixture(t, d)
		relay.Reply("RCPT", "550 5.1.1 no such user")
		h.startQueue()
		i := h.scheduleInterview("zhao@exmaple.com")
		failed := func() []message.Message { return h.listMessages(message.Filter{State: message.Failed}) }
		h.waitUntil("the mail has failed", func() bool { return len(failed()) == 1 })
		m := failed()[0]
		if m.ErrorCode != "notify.mail.refused" || m.NextAttemptAt != nil || m.Attempts != 1 || !strings.Contains(m.Error, "5.1.1") {
			t.Errorf("row: %+v", m)
		}
		relay.Reply("RCPT", "")
		if _, err := h.interview.Candidates.Update(t.Context(), h.recruiter, i.CandidateID, 0, func(c *candidate.Candidate) { c.Email = "zhao@example.com" }); err != nil {
			t.Fatal(err)
		}
		header, _ := parseMail(t, <-relay.Mails())
		if to := header.Get("To"); to != "<zhao@example.com>" {
			t.Errorf("the invitation went to %s", to)
		}
		// "Send again" in the log uses the corrected address too.
		if _, err := h.interview.Messages.Retry(t.Context(), h.recruiter, m.ID); err != nil {
			t.Fatal(err)
		}
		header, _ = parseMail(t, <-relay.Mails())
		if to := header.Get("To"); to != "<zhao@example.com>" {
			t.Errorf("the mail that was sent again went to %s", to)
		}
	})
}

func TestCandidateMailAfterCorrection(t *testing.T) {
	dbtest.Run(t, func(t *testing.T, d *db.DB) {
		h, relay := newMailFixture(t, d)
		h.startQueue()
		i := h.scheduleInterview("other@example.com")
		_, parts := parseMail(t, <-relay.Mails())
		former := joinLink.FindStringSubmatch(parts["text/plain"].body)[1]
		relay.Reply("RCPT", "451 4.3.2 later")
		update := func(email string) {
			t.Helper()
			_, err := h.interview.Candidates.Update(t.Context(), h.recruiter, i.CandidateID, 0, func(c *candidate.Candidate) { c.Email = email })
			if err != nil {
				t.Fatal(err)
			}
		}
		update("zhap@example.com")
		h.waitUntil("the second mail waits", func() bool { return len(h.listMessages(message.Filter{Waiting: true})) == 1 })
		relay.Reply("RCPT", "")
		update("zhao@example.com") // the waiting mail goes to the address that is right now
		header, parts := parseMail(t, <-relay.Mails())
		if to := header.Get("To"); to != "<zhao@example.com>" {
			t.Errorf("the invitation went to %s", to)
		}
		if _, err := h.interview.ResolveCandidateLink(t.Context(), former); apperr.KindOf(err) != apperr.Gone {
			t.Errorf("the link in the mail to the former address: %v", err)
		}
		if _, err := h.interview.ResolveCandidateLink(t.Context(), joinLink.FindStringSubmatch(parts["text/plain"].body)[1]); err != nil {
			t.Errorf("the link in the new mail: %v", err)
		}
		h.waitUntil("all mails are sent", func() bool {
			return len(h.listMessages(message.Filter{Kind: message.KindInvite, State: message.Queued})) == 0
		})
		if n := len(relay.Mails()); n != 0 {
			t.Errorf("%d mails more", n)
		}
	})
}

// The server accepts a mail and disconnects, as smtp.qq.com and others do.
func TestCandidateMailAcceptedOnce(t *testing.T) {
	h, relay := newMailFixture(t, dbtest.Open(t, db.SQLite))
	relay.Disconnect(mailtest.Content, true)
	h.startQueue()
	h.scheduleInterview("zhao@example.com")
	h.waitUntil("the mail is sent", func() bool {
		for _, m := range h.listMessages(message.Filter{State: message.Sent}) {
			if m.Channel == message.Mail {
				return m.Attempts == 1
			}
		}
		return false
	})
	if n := len(relay.Mails()); n != 1 {
		t.Errorf("%d mails accepted", n)
	}
}

// TestCandidateMailThroughWeCom sends an invitation from the mailbox of the app.
func TestCandidateMailThroughWeCom(t *testing.T) {
	sim := newSimulator(t)
	client, err := wecom.New(wecom.Config{CorpID: corpID, AgentID: agentID, Secret: secret, BaseURL: sim.URL()})
	if err != nil {
		t.Fatal(err)
	}
	h := newFixture(t, sim, dbtest.Open(t, db.SQLite), &mail.App{Client: client})
	h.startQueue()
	h.scheduleInterview("zhao@example.com")
	h.waitUntil("the mail is sent", func() bool { return len(sim.Mails(corpID)) == 1 })
	m := sim.Mails(corpID)[0]
	if !joinLink.MatchString(m.Content) || !slices.Equal(m.To, []string{"zhao@example.com"}) {
		t.Errorf("to %q: %s", m.To, m.Content)
	}
	if len(m.Attachments) != 1 || !strings.Contains(string(m.Attachments[0].Content), "mailto:"+m.From) {
		t.Errorf("the organizer of the calendar is not %s: %+v", m.From, m.Attachments)
	}
}

func TestMailWithoutServer(t *testing.T) {
	h := newFixture(t, newSimulator(t), dbtest.Open(t, db.SQLite), nil)
	h.startQueue()
	h.scheduleInterview("zhao@example.com")
	h.waitUntil("the mail is skipped", func() bool { return len(h.listMessages(message.Filter{State: message.Skipped})) == 1 })
	if failed := h.listMessages(message.Filter{State: message.Failed}); len(failed) > 0 {
		t.Errorf("failed messages: %+v", failed)
	}
	if m := h.listMessages(message.Filter{State: message.Skipped})[0]; m.ErrorCode != "notify.mail.unconfigured" || m.Channel != message.Mail {
		t.Errorf("row: %+v", m)
	}
}

// The mail with a written test is a message: the link is not in its row, and a refused mail is
// sent again on demand, to the address that the candidate has then.
func TestExamMail(t *testing.T) {
	dbtest.Run(t, func(t *testing.T, d *db.DB) {
		h, relay := newMailFixture(t, d)
		cand, err := h.interview.Candidates.Create(t.Context(), h.recruiter, candidate.Candidate{Name: "赵一鸣", Email: "wrong@example.com"}, true)
		if err != nil {
			t.Fatal(err)
		}
		h.notify.ReadExamMail = func(ctx context.Context, m *message.Message) (*notify.ExamMail, error) {
			c, err := h.interview.Candidates.Get(ctx, h.recruiter, cand.ID)
			return &notify.ExamMail{Candidate: c, ExamName: m.Data.Sitting, URL: "https://exam.example.com/secret"}, err
		}
		relay.Reply("RCPT", "550 5.1.1 no such user")
		h.startQueue()
		err = d.InTx(t.Context(), func(ctx context.Context, tx *db.Tx) error {
			return h.interview.Messages.Insert(ctx, tx, message.Message{
				ID: "exam", CorpID: corpID, CandidateID: cand.ID, Kind: message.KindWrittenTest, Channel: message.Mail, Recipient: cand.Email, RecipientName: cand.Name,
				Data: message.Data{Sitting: "Go 基础"},
			})
		})
		if err != nil {
			t.Fatal(err)
		}
		h.waitUntil("the mail is refused", func() bool {
			failed := h.listMessages(message.Filter{State: message.Failed})
			return len(failed) == 1 && failed[0].ErrorCode == "notify.mail.refused" && failed[0].Person.Name == "赵一鸣"
		})
		relay.Reply("RCPT", "")
		if _, err := h.interview.Candidates.Update(t.Context(), h.recruiter, cand.ID, 0, func(c *candidate.Candidate) { c.Email = "right@example.com" }); err != nil {
			t.Fatal(err)
		}
		if _, err := h.interview.Messages.Retry(t.Context(), h.recruiter, "exam"); err != nil {
			t.Fatal(err)
		}
		header, parts := parseMail(t, <-relay.Mails())
		if text := parts["text/plain"].body; !strings.Contains(text, "https://exam.example.com/secret") || !strings.Contains(text, "Go 基础") || !strings.Contains(header.Get("To"), "right@example.com") {
			t.Errorf("mail to %s: %s", header.Get("To"), text)
		}
		h.waitUntil("the mail is sent", func() bool { return len(h.listMessages(message.Filter{State: message.Sent})) == 1 })
		if stored, err := h.interview.Messages.Get(t.Context(), corpID, "exam"); err != nil || strings.Contains(stored.Body, "secret") {
			t.Errorf("the row contains %q, %v", stored.Body, err)
		}
	})
}
