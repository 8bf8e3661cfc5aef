package callback

import (
	"context"
	"regexp"
	"strings"
)

// HandlerFunc handles one message and may reply at once.
type HandlerFunc func(ctx context.Context, m Message) (Reply, error)

// Mux chooses a Func for each message. Rules are tried in the order in which
// they were added, those for one text or key before those for a whole kind;
// Fallback takes what no rule takes. Add all rules before the first message.
//
//	var mux callback.Mux
//	mux.Text("帮助", help)
//	mux.Click("today", today)
//	callback.On(&mux, func(ctx context.Context, m callback.Message, tap *callback.TemplateCardEvent) (callback.Reply, error) { … })
//	h, err := callback.New(callback.Config{…, Answer: mux.Answer})
//
// The zero value is ready for use and answers nothing.
type Mux struct {
	exactRoutes    []route
	kindRoutes     []route
	defaultHandler HandlerFunc
}

// route is a Func with the messages that it takes.
type route struct {
	matches func(m *Message) bool
	handle  HandlerFunc
}

// HandleText takes texts that are exactly this one, without space around them.
func (x *Mux) HandleText(text string, f HandlerFunc) {
	x.addRoute(true, f, func(m *Message) bool { return strings.TrimSpace(textOf(m)) == text && m.MsgType == "text" })
}

// HandleTextPattern takes texts in which the pattern is found, and tells f what its
// groups hold; the first is the whole match.
func (x *Mux) HandleTextPattern(pattern *regexp.Regexp, f func(ctx context.Context, m Message, groups []string) (Reply, error)) {
	x.addRoute(true, func(ctx context.Context, m Message) (Reply, error) {
		return f(ctx, m, pattern.FindStringSubmatch(textOf(&m)))
	}, func(m *Message) bool { return m.MsgType == "text" && pattern.MatchString(textOf(m)) })
}

// HandleClick takes taps on the menu entry with this key.
func (x *Mux) HandleClick(key string, f HandlerFunc) { x.addEventRoute(f, key, "click") }

// HandleView takes taps on menu entries that open this address.
func (x *Mux) HandleView(address string, f HandlerFunc) { x.addEventRoute(f, address, "view") }

// HandleScanCode takes codes that were scanned through the menu entry with this key.
func (x *Mux) HandleScanCode(key string, f HandlerFunc) {
	x.addEventRoute(f, key, "scancode_push", "scancode_waitmsg")
}

// HandleTemplateCard takes taps on buttons and menus of cards with this key.
func (x *Mux) HandleTemplateCard(key string, f HandlerFunc) {
	x.addEventRoute(f, key, "template_card_event", "template_card_menu_event")
}

// HandleBatchJob takes the ends of asynchronous jobs of a type: "sync_user",
// "replace_user", "invite_user" or "replace_party".
func (x *Mux) HandleBatchJob(jobType string, f HandlerFunc) {
	x.addRoute(true, f, func(m *Message) bool {
		job, ok := m.Body.(*BatchJobResult)
		return ok && job.JobType == jobType
	})
}

// HandleKind takes every message of a kind, as Message.Kind names it: "image",
// "event/subscribe", "event/change_contact/create_user". A star at the end
// takes all that begin so: "event/*". Upper and lower case are alike.
func (x *Mux) HandleKind(kind string, f HandlerFunc) {
	prefix, open := strings.CutSuffix(strings.ToLower(kind), "*")
	x.addRoute(false, f, func(m *Message) bool {
		is := strings.ToLower(m.Kind())
		return is == prefix || open && strings.HasPrefix(is, prefix)
	})
}

// HandleType takes every message of a type of this package, and hands it over with its
// type: On(&mux, func(ctx context.Context, m Message, e *EnterAgent) …).
func HandleType[T any](x *Mux, f func(ctx context.Context, m Message, body *T) (Reply, error)) {
	x.addRoute(false, func(ctx context.Context, m Message) (Reply, error) {
		body, _ := m.Body.(*T) // it was looked at when the rule was chosen
		return f(ctx, m, body)
	}, func(m *Message) bool {
		_, ok := m.Body.(*T)
		return ok
	})
}

// HandleDefault takes what no rule takes.
func (x *Mux) HandleDefault(f HandlerFunc) { x.defaultHandler = f }

// Respond hands a message to the first rule that takes it. It fits
// Config.Answer.
func (x *Mux) Respond(ctx context.Context, m Message) (Reply, error) {
	for _, rules := range [][]route{x.exactRoutes, x.kindRoutes} {
		for _, r := range rules {
			if r.matches(&m) {
				return r.handle(ctx, m)
			}
		}
	}
	if x.defaultHandler == nil {
		return Reply{}, nil
	}
	return x.defaultHandler(ctx, m)
}

func (x *Mux) addEventRoute(f HandlerFunc, key string, names ...string) {
	x.addRoute(true, f, func(m *Message) bool {
		for _, name := range names {
			if m.MsgType == "event" && strings.EqualFold(m.Event, name) && m.EventKey == key {
				return true
			}
		}
		return false
	})
}

func (x *Mux) addRoute(particular bool, f HandlerFunc, takes func(*Message) bool) {
	if particular {
		x.exactRoutes = append(x.exactRoutes, route{takes, f})
		return
	}
	x.kindRoutes = append(x.kindRoutes, route{takes, f})
}

func textOf(m *Message) string {
	if text, ok := m.Body.(*Text); ok {
		return text.Content
	}
	return ""
}
