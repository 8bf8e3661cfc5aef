package notify_test

import (
	"bufio"
	"context"
	"encoding/base64"
	"io"
	"mime"
	"mime/multipart"
	"mime/quotedprintable"
	"net"
	"net/mail"
	"net/textproto"
	"regexp"
	"strings"
	"testing"

	"github.com/huimian/huimian/internal/db"
	"github.com/huimian/huimian/internal/db/dbtest"
	"github.com/huimian/huimian/internal/message"
	"github.com/huimian/huimian/internal/notify"
)

// startSMTPServer starts an SMTP server that accepts every mail and sends it to the
// channel.
func startSMTPServer(t *testing.T) (address string, mails <-chan string) {
	t.Helper()
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = l.Close() })
	accepted := make(chan string, 20)
	go func() {
		for {
			conn, err := l.Accept()
			if err != nil {
				return
			}
			go serveSMTP(textproto.NewConn(conn), accepted)
		}
	}()
	return l.Addr().String(), accepted
}

func serveSMTP(c *textproto.Conn, accepted chan<- string) {
	defer func() { _ = c.Close() }()
	_ = c.PrintfLine("220 test server")
	for {
		line, err := c.ReadLine()
		if err != nil {
			return
		}
		switch verb, _, _ := strings.Cut(strings.ToUpper(line), " "); verb {
		case "DATA":
			_ = c.PrintfLine("354 go on")
			body, err := io.ReadAll(c.DotReader())
			if err != nil {
				return
			}
			accepted <- string(body)
			_ = c.PrintfLine("250 accepted")
		case "QUIT":
			_ = c.PrintfLine("221 bye")
			return
		default:
			_ = c.PrintfLine("250 ok")
		}
	}
}

// parseMail decodes a mail into its header, text and calendar file.
func parseMail(t *testing.T, raw string) (header mail.Header, text, calendar string) {
	t.Helper()
	m, err := mail.ReadMessage(bufio.NewReader(strings.NewReader(raw)))
	if err != nil {
		t.Fatal(err)
	}
	_, params, err := mime.ParseMediaType(m.Header.Get("Content-Type"))
	if err != nil {
		t.Fatal(err)
	}
	parts := multipart.NewReader(m.Body, params["boundary"])
	for {
		p, err := parts.NextRawPart()
		if err != nil {
			return m.Header, text, calendar
		}
		var r io.Reader = p
		switch p.Header.Get("Content-Transfer-Encoding") {
		case "base64":
			r = base64.NewDecoder(base64.StdEncoding, p)
		case "quoted-printable":
			r = quotedprintable.NewReader(p)
		}
		body, err := io.ReadAll(r)
		if err != nil {
			t.Fatal(err)
		}
		if strings.HasPrefix(p.Header.Get("Content-Type"), "text/calendar") {
			calendar = string(body)
		} else {
			text = string(body)
		}
	}
}

var joinLink = regexp.MustCompile(regexp.QuoteMeta(public) + `/join/([\w-]+)`)

func TestCandidateMail(t *testing.T) {
	dbtest.Run(t, func(t *testing.T, d *db.DB) {
		address, mails := startSMTPServer(t)
		h := newFixture(t, newSimulator(t), d, notify.Mailer{Host: address, From: "会面 <interview@example.com>", TLS: "none"})
		h.startQueue()
		i := h.scheduleInterview("zhao@example.com")
		header, text, calendar := parseMail(t, <-mails)
		subject, err := new(mime.WordDecoder).DecodeHeader(header.Get("Subject"))
		if err != nil || !strings.Contains(subject, "云杉科技邀请您参加面试") {
			t.Errorf("subject %q (%v)", subject, err)
		}
		link := joinLink.FindStringSubmatch(text)
		if link == nil || !strings.Contains(text, "赵一鸣") || !strings.Contains(text, "林悦") {
			t.Fatalf("text: %s", text)
		}
		if opened, err := h.interview.ResolveCandidateLink(t.Context(), link[1]); err != nil || opened.ID != i.ID {
			t.Errorf("the link of the mail: %v", err)
		}
		unfolded := strings.ReplaceAll(calendar, "\r\n ", "")
		for _, part := range []string{"UID:" + i.ID + "@huimian", "DTSTART:" + i.StartsAt.UTC().Format("20060102T150405Z"), "METHOD:PUBLISH", link[0]} {
			if !strings.Contains(unfolded, part) {
				t.Errorf("the calendar file does not contain %s:\n%s", part, calendar)
			}
		}

		// The database does not contain the link.
		var body string
		if err := d.NewRaw("SELECT body FROM messages WHERE channel = 'mail'").Scan(t.Context(), &body); err != nil {
			t.Fatal(err)
		}
		if strings.Contains(body, link[1]) || !strings.Contains(body, "赵一鸣") {
			t.Errorf("the row contains the link or not the text: %s", body)
		}

		if _, err := h.interview.Cancel(context.WithoutCancel(t.Context()), h.recruiter, i.ID, "内部原因"); err != nil {
			t.Fatal(err)
		}
		_, text, calendar = parseMail(t, <-mails)
		if !strings.Contains(calendar, "METHOD:CANCEL") || strings.Contains(text, "内部原因") || joinLink.MatchString(text) {
			t.Errorf("cancellation mail: %s\n%s", text, calendar)
		}
	})
}

func TestMailWithoutServer(t *testing.T) {
	h := newFixture(t, newSimulator(t), dbtest.Open(t, db.SQLite), notify.Mailer{})
	h.startQueue()
	h.scheduleInterview("zhao@example.com")
	h.waitUntil("the mail has failed", func() bool { return len(h.listMessages(message.Filter{State: message.Failed})) == 1 })
	if m := h.listMessages(message.Filter{State: message.Failed})[0]; m.ErrorCode != "notify.mail.unconfigured" || m.Channel != message.Mail {
		t.Errorf("row: %+v", m)
	}
}
