package notification_test

import (
	"encoding/json"
	"flag"
	"fmt"
	"go/ast"
	"go/parser"
	"go/token"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/huimian/huimian/internal/message"
	"github.com/huimian/huimian/internal/notification"
)

var update = flag.Bool("update", false, "write the table of docs/notifications.md anew")

// eventsOf returns the events of a kind of messages.
func eventsOf(kind string) []notification.Event {
	if kind == string(message.KindReminder) {
		return []notification.Event{notification.Reminder24h, notification.Reminder15m}
	}
	return []notification.Event{notification.Event(kind)}
}

func hasRow(event notification.Event, channels ...notification.Channel) bool {
	return slices.ContainsFunc(notification.Matrix, func(r notification.Row) bool {
		return r.Event == event && (len(channels) == 0 || slices.Contains(channels, r.Channel))
	})
}

// walkSources calls fn with each function of the packages below internal, without tests.
func walkSources(t *testing.T, fn func(path string, f *ast.FuncDecl)) {
	t.Helper()
	err := filepath.WalkDir("..", func(path string, d fs.DirEntry, err error) error {
		if err != nil || d.IsDir() || !strings.HasSuffix(path, ".go") || strings.HasSuffix(path, "_test.go") {
			return err
		}
		file, err := parser.ParseFile(token.NewFileSet(), path, nil, parser.SkipObjectResolution)
		if err != nil {
			return err
		}
		for _, decl := range file.Decls {
			if f, ok := decl.(*ast.FuncDecl); ok {
				fn(filepath.ToSlash(path), f)
			}
		}
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
}

// messageKinds returns the kinds that package message declares, by the name of the constant.
func messageKinds(t *testing.T) map[string]string {
	t.Helper()
	file, err := parser.ParseFile(token.NewFileSet(), "../message/message.go", nil, 0)
	if err != nil {
		t.Fatal(err)
	}
	kinds := map[string]string{}
	ast.Inspect(file, func(n ast.Node) bool {
		v, ok := n.(*ast.ValueSpec)
		if !ok || len(v.Values) != 1 || !strings.HasPrefix(v.Names[0].Name, "Kind") {
			return true
		}
		kinds[v.Names[0].Name] = strings.Trim(v.Values[0].(*ast.BasicLit).Value, `"`)
		return true
	})
	if len(kinds) < 15 {
		t.Fatalf("found %d kinds", len(kinds))
	}
	return kinds
}

// mailKinds are the kinds that only candidates receive.
var mailKinds = []string{string(message.KindBookingOffer), string(message.KindWrittenTest), string(message.KindDecisionMail)}

// weChatKinds are the kinds that only candidates in WeChat receive.
var weChatKinds = []string{string(message.KindWelcome), string(message.KindAnswer)}

// Every kind of messages has a row for members or is one of mailKinds or weChatKinds, and has one for
// mail if it is sent as mail.
func TestMatrixHasEveryKind(t *testing.T) {
	kinds := messageKinds(t)
	for _, kind := range kinds {
		if slices.Contains(weChatKinds, kind) {
			if !hasRow(notification.Event(kind), notification.WeChat) {
				t.Errorf("the matrix has no row of %s", kind)
			}
			continue
		}
		for _, event := range eventsOf(kind) {
			if isMail := slices.Contains(mailKinds, kind); !isMail && !hasRow(event, notification.Card, notification.Text) || isMail && !hasRow(event, notification.Mail) {
				t.Errorf("the matrix has no row of %s", event)
			}
		}
	}
	walkSources(t, func(path string, f *ast.FuncDecl) {
		ast.Inspect(f, func(n ast.Node) bool {
			call, ok := n.(*ast.CallExpr)
			if !ok {
				return true
			}
			if fun, ok := call.Fun.(*ast.SelectorExpr); !ok || fun.Sel.Name != "queueMail" {
				return true
			}
			ast.Inspect(call, func(n ast.Node) bool {
				name, ok := n.(*ast.SelectorExpr)
				if !ok || kinds[name.Sel.Name] == "" {
					return true
				}
				for _, event := range eventsOf(kinds[name.Sel.Name]) {
					if !hasRow(event, notification.Mail) {
						t.Errorf("%s queues mail of %s, and the matrix has no row of it", path, event)
					}
				}
				return true
			})
			return true
		})
	})
}

// The functions that send something to a person; each sends events with rows. The command line sends
// what an operator types.
var senders = []string{
	"cli/message.go sendWith",
	"mail/app.go Send",                    // the mails below
	"notify/administrators.go sendNotice", // booking_, substitution_, contacts_empty, webhook_paused
	"notify/deliver.go sendAppMessage",
	"notify/outgoing_mail.go deliverMail",
	"notify/reply.go replyToMember",
	"notify/wechat.go sendCustomerNotice", // wechat_notice, as a welcome message and as a reply
	"notify/wechat.go sendCustomerNotice",
	"notify/wechat.go sendWeChat",
	"notify/wechat.go sendWeChat",
}

// A new function that sends must be added to the list, and what it sends to the matrix.
func TestSendersAreKnown(t *testing.T) {
	found := []string{}
	walkSources(t, func(path string, f *ast.FuncDecl) {
		ast.Inspect(f, func(n ast.Node) bool {
			call, ok := n.(*ast.CallExpr)
			if !ok {
				return true
			}
			fun, ok := call.Fun.(*ast.SelectorExpr)
			if !ok || fun.Sel.Name != "Send" && fun.Sel.Name != "SendOnEvent" {
				return true
			}
			if on, ok := fun.X.(*ast.SelectorExpr); ok && (on.Sel.Name == "Messages" || on.Sel.Name == "Mail" || on.Sel.Name == "KF") {
				found = append(found, strings.TrimPrefix(path, "../")+" "+f.Name.Name)
			}
			return true
		})
	})
	slices.Sort(found)
	if !slices.Equal(found, senders) {
		t.Errorf("these functions send: %q, want %q", found, senders)
	}
}

// Every title and subject of a message belongs to an event of the matrix, and every event that
// is no kind of messages has a title, but for replies, schedules and texts in WeChat.
func TestMatrixHasEveryText(t *testing.T) {
	body, err := os.ReadFile("../i18n/locales/zh-CN.json")
	if err != nil {
		t.Fatal(err)
	}
	var texts map[string]string
	if err := json.Unmarshal(body, &texts); err != nil {
		t.Fatal(err)
	}
	replaced := map[string]string{"removed": "cancelled", "exam": "written_test", "offer": "booking_offer", "decision_mail.passed": "decision_mail", "decision_mail.rejected": "decision_mail", "reminder.24h": "reminder_24h", "reminder.15m": "reminder_15m", "mail.reminder": "reminder_24h"}
	titled := map[notification.Event]bool{"reply": true, "appointment": true, "digest": true, "wechat_welcome": true, "candidate_answer": true, "wechat_notice": true}
	for id := range texts {
		name, ok := strings.CutPrefix(id, "notify.")
		title := strings.TrimSuffix(strings.TrimSuffix(name, ".title"), ".subject")
		if !ok || title == name {
			continue
		}
		if other := replaced[title]; other != "" {
			title = other
		}
		event := notification.Event(strings.TrimPrefix(strings.TrimPrefix(title, "rounds."), "mail."))
		titled[event] = true
		if !hasRow(event) {
			t.Errorf("the text %s belongs to no event of the matrix", id)
		}
	}
	for _, r := range notification.Matrix {
		if !titled[r.Event] {
			t.Errorf("%s has a row and no title", r.Event)
		}
	}
}

// Rows follow the rules: candidates have no settings, a muted message is found in the log, and
// every group has a row.
func TestMatrixRules(t *testing.T) {
	used := map[notification.Group]bool{}
	for _, r := range notification.Matrix {
		used[r.Group] = true
		switch {
		case r.Recipient == notification.Candidate && (r.Group != "" || r.Timing != notification.AtOnce):
			t.Errorf("%s to a candidate depends on settings", r.Event)
		case r.Group != "" && !r.Logged:
			t.Errorf("%s can be muted and has no row in the message log", r.Event)
		case r.Group != "" && !slices.Contains(notification.Groups, r.Group):
			t.Errorf("%s belongs to the unknown group %s", r.Event, r.Group)
		}
		for _, own := range []message.Kind{message.KindInvite, message.KindChanged, message.KindCancelled} {
			if r.Event == notification.Event(own) && r.Group != "" {
				t.Errorf("%s can be muted", own)
			}
		}
	}
	for _, g := range notification.Groups {
		if !used[g] {
			t.Errorf("the group %s has no row", g)
		}
	}
}

const (
	tableBegins = "<!-- The table is written by: go test ./internal/notification -run Documented -update -->\n"
	tableEnds   = "<!-- end of the table -->"
)

// documentMatrix returns the table of the documentation.
func documentMatrix() string {
	var b strings.Builder
	b.WriteString("| event | recipient | channel | muted with the group | quiet hours | message log |\n|---|---|---|---|---|---|\n")
	for _, r := range notification.Matrix {
		group, logged := "–", "no"
		if r.Group != "" {
			group = "`" + string(r.Group) + "`"
		}
		if r.Logged {
			logged = "yes"
		}
		fmt.Fprintf(&b, "| `%s` | %s | %s | %s | %s | %s |\n", r.Event, r.Recipient, r.Channel, group, r.Timing, logged)
	}
	return b.String()
}

func TestMatrixIsDocumented(t *testing.T) {
	const path = "../../docs/notifications.md"
	body, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	before, rest, begins := strings.Cut(string(body), tableBegins)
	table, after, ends := strings.Cut(rest, tableEnds)
	if !begins || !ends {
		t.Fatal("docs/notifications.md has no table of messages")
	}
	want := "\n" + documentMatrix() + "\n"
	if table == want {
		return
	}
	if !*update {
		t.Fatalf("docs/notifications.md differs from the matrix; run: go test ./internal/notification -run Documented -update\n%s", want)
	}
	if err := os.WriteFile(path, []byte(before+tableBegins+want+tableEnds+after), 0o600); err != nil {
		t.Fatal(err)
	}
}
