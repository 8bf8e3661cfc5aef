package callback

import (
	"context"
	"errors"
	"fmt"
	"regexp"
	"strings"
	"sync"
	"testing"
	"time"
)

type dialogue struct {
	Step  int
	Texts []string
}

// newSender returns a function that passes a text of a sender to a route with
// sessions, and returns the session that the route received and changed.
func newSender(t *testing.T, store SessionStore) func(from, text string) dialogue {
	t.Helper()
	var mux Mux
	var seen dialogue
	mux.HandleTextPattern(regexp.MustCompile(`.*`), func(ctx context.Context, m Message, groups []string) (Reply, error) {
		return NewSessions[dialogue](store).Wrap(func(_ context.Context, _ Message, d *dialogue) (Reply, error) {
			d.Step++
			d.Texts = append(d.Texts, groups[0])
			seen = *d
			switch groups[0] {
			case "reset":
				*d = dialogue{}
			case "fail":
				return NewTextReply("lost"), errors.New("failed")
			}
			return NewTextReply("ok"), nil
		})(ctx, m)
	})
	return func(from, text string) dialogue {
		t.Helper()
		m := parseMessage(t, "<ToUserName>ww1</ToUserName><AgentID>1</AgentID><MsgType>text</MsgType><Content>"+text+"</Content>")
		m.FromUserName = from
		reply, err := mux.Respond(t.Context(), *m)
		if (err != nil) != (text == "fail") || (reply.msgType == "") != (text == "fail") {
			t.Errorf("%s: reply %+v, %v", text, reply, err)
		}
		return seen
	}
}

func TestSessions(t *testing.T) {
	send := newSender(t, NewMemorySessionStore(time.Hour))
	for i, c := range []struct{ from, text, want string }{
		{"lisi", "a", "1 a"},
		{"wangwu", "x", "1 x"},
		{"LiSi", "b", "2 a b"},    // WeCom ignores the case of userids
		{"lisi", "fail", "3 a b"}, // not stored
		{"lisi", "c", "3 a b c"},
		{"lisi", "reset", "4 a b c"}, // deleted
		{"lisi", "d", "1 d"},
		{"sys", "e", "1 e"}, // no member
		{"sys", "f", "1 f"},
	} {
		got := send(c.from, c.text)
		if text := fmt.Sprint(got.Step, " ", strings.Join(got.Texts, " ")); !strings.HasPrefix(text, c.want) {
			t.Errorf("%d: %s of %s: %q, want %q", i, c.text, c.from, text, c.want)
		}
	}
}

// TestSessionsOfOneSender checks that concurrent messages of a sender lose no change,
// and that locks are removed.
func TestSessionsOfOneSender(t *testing.T) {
	store := newMemorySessionStore(time.Hour, 1000, time.Now)
	count := NewSessions[int](store).Wrap(func(_ context.Context, _ Message, n *int) (Reply, error) {
		*n++
		return Reply{}, nil
	})
	var group sync.WaitGroup
	for i := range 100 {
		group.Go(func() {
			if _, err := count(t.Context(), Message{ToUserName: "ww1", FromUserName: []string{"lisi", "wangwu"}[i%2]}); err != nil {
				t.Error(err)
			}
		})
	}
	group.Wait()
	if a, b := string(store.recent["ww1/0/lisi"]), string(store.recent["ww1/0/wangwu"]); a != "50" || b != "50" || len(store.locks) != 0 {
		t.Errorf("sessions %q and %q, %d locks", a, b, len(store.locks))
	}
}

func TestSessionWaitIsCancelled(t *testing.T) {
	store := newMemorySessionStore(time.Hour, 1000, time.Now)
	err := store.Update(t.Context(), "k", func([]byte) ([]byte, error) {
		ctx, cancel := context.WithCancel(t.Context())
		cancel()
		if err := store.Update(ctx, "k", func([]byte) ([]byte, error) { return nil, nil }); !errors.Is(err, context.Canceled) {
			t.Errorf("a second update gave %v", err)
		}
		return nil, nil
	})
	if err != nil || len(store.locks) != 0 {
		t.Errorf("%v, %d locks", err, len(store.locks))
	}
}

func TestSessionsExpire(t *testing.T) {
	now := time.Date(2026, 11, 23, 8, 0, 0, 0, time.UTC)
	store := newMemorySessionStore(time.Hour, 3, func() time.Time { return now })
	send := newSender(t, store)
	send("lisi", "a")
	now = now.Add(70 * time.Minute)
	if got := send("lisi", "b"); got.Step != 2 {
		t.Errorf("after 70 minutes: %+v", got)
	}
	now = now.Add(3 * time.Hour)
	if got := send("lisi", "c"); got.Step != 1 {
		t.Errorf("after 3 hours: %+v", got)
	}
	for i := range 20 {
		send(fmt.Sprint("flood", i), "x")
	}
	if n := len(store.recent) + len(store.older); n > 6 {
		t.Errorf("%d sessions are kept", n)
	}
}

func TestSessionOfAnotherType(t *testing.T) {
	store := newMemorySessionStore(time.Hour, 10, time.Now)
	m := Message{ToUserName: "ww1", FromUserName: "lisi"}
	store.saveSession(sessionKey(&m), []byte(`"text"`))
	if _, err := NewSessions[int](store).Wrap(func(context.Context, Message, *int) (Reply, error) { return Reply{}, nil })(t.Context(), m); err == nil {
		t.Error("a session of another type was accepted")
	}
}

func TestHandleEventPattern(t *testing.T) {
	var mux Mux
	var took string
	mux.HandleEventPattern(regexp.MustCompile(`^change_contact/(create|update)_(\w+)$`), func(_ context.Context, _ Message, groups []string) (Reply, error) {
		took = groups[1] + " " + groups[2]
		return Reply{}, nil
	})
	mux.HandleEventPattern(regexp.MustCompile(`^(?:un)?subscribe$`), func(_ context.Context, _ Message, groups []string) (Reply, error) {
		took = groups[0]
		return Reply{}, nil
	})
	mux.HandleClick("today", func(context.Context, Message) (Reply, error) { took = "today"; return Reply{}, nil })
	mux.HandleEventPattern(regexp.MustCompile(`.`), func(context.Context, Message, []string) (Reply, error) { took = "other"; return Reply{}, nil })
	for xml, want := range map[string]string{
		eventXML("change_contact", "<ChangeType>create_user</ChangeType>"):  "create user",
		eventXML("change_contact", "<ChangeType>update_party</ChangeType>"): "update party",
		eventXML("change_contact", "<ChangeType>delete_user</ChangeType>"):  "other",
		eventXML("Unsubscribe", ""):                                         "unsubscribe",
		eventXML("click", "<EventKey>today</EventKey>"):                     "today",
		"<MsgType>text</MsgType><Content>subscribe</Content>":               "",
	} {
		took = ""
		if _, err := mux.Respond(t.Context(), *parseMessage(t, xml)); err != nil || took != want {
			t.Errorf("%s: %q, want %q, %v", xml, took, want, err)
		}
	}
}
