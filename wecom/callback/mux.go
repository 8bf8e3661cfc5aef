package callback

import (
	"context"
	"regexp"
	"strings"
)

// HandlerFunc handles one message and may return a passive reply.
type HandlerFunc func(ctx context.Context, m Message) (Reply, error)

// Mux routes each message to a HandlerFunc. Routes are tried in the order of
// registration: those for one text or key first, then those for a whole kind or
// type, then the default handler. Register all routes before the first message.
//
//	var mux callback.Mux
//	mux.HandleText("帮助", help)
//	mux.HandleClick("today", today)
//	callback.HandleType(&mux, func(ctx context.Context, m callback.Message, tap *callback.TemplateCardEvent) (callback.Reply, error) { … })
//	h, err := callback.New(callback.Config{…, Respond: mux.Respond})
//
// The zero value is ready to use and sends no replies.
type Mux struct {
	exactRoutes    []route
	kindRoutes     []route
	defaultHandler HandlerFunc
}

// route is a handler and the condition for it.
type route struct {
	matches func(m *Message) bool
	handle  HandlerFunc
}

// HandleText handles text messages that equal text, ignoring surrounding white
// space.
func (x *Mux) HandleText(text string, f HandlerFunc) {
	x.addRoute(true, f, func(m *Message) bool { return strings.TrimSpace(textOf(m)) == text && m.MsgType == "text" })
}

// HandleTextPattern handles text messages in which pattern matches. groups are
// its submatches; groups[0] is the whole match.
func (x *Mux) HandleTextPattern(pattern *regexp.Regexp, f func(ctx context.Context, m Message, groups []string) (Reply, error)) {
	x.addRoute(true, func(ctx context.Context, m Message) (Reply, error) {
		return f(ctx, m, pattern.FindStringSubmatch(textOf(&m)))
	}, func(m *Message) bool { return m.MsgType == "text" && pattern.MatchString(textOf(m)) })
}

// HandleClick handles taps on the menu button with this key.
func (x *Mux) HandleClick(key string, f HandlerFunc) { x.addEventRoute(f, key, "click") }

// HandleView handles taps on menu buttons that open this URL.
func (x *Mux) HandleView(pageURL string, f HandlerFunc) { x.addEventRoute(f, pageURL, "view") }

// HandleScanCode handles codes scanned with the menu button with this key.
func (x *Mux) HandleScanCode(key string, f HandlerFunc) {
	x.addEventRoute(f, key, "scancode_push", "scancode_waitmsg")
}

// HandleTemplateCard handles taps on card buttons and card menu items with this
// key.
func (x *Mux) HandleTemplateCard(key string, f HandlerFunc) {
	x.addEventRoute(f, key, "template_card_event", "template_card_menu_event")
}

// HandleEventPattern handles events whose name matches pattern. The name is that of
// the event, such as "enter_agent", or of a change and its type, such as
// "change_contact/create_user", in lower case. groups are the submatches; groups[0]
// is the whole match. These routes are tried after those for one key.
func (x *Mux) HandleEventPattern(pattern *regexp.Regexp, f func(ctx context.Context, m Message, groups []string) (Reply, error)) {
	x.addRoute(false, func(ctx context.Context, m Message) (Reply, error) {
		return f(ctx, m, pattern.FindStringSubmatch(eventName(&m)))
	}, func(m *Message) bool { return eventName(m) != "" && pattern.MatchString(eventName(m)) })
}

// HandleBatchJob handles the completion of asynchronous jobs of a type:
// "sync_user", "replace_user", "invite_user" or "replace_party".
func (x *Mux) HandleBatchJob(jobType string, f HandlerFunc) {
	x.addRoute(true, f, func(m *Message) bool {
		job, ok := m.Body.(*BatchJobResult)
		return ok && job.JobType == jobType
	})
}

// HandleKind handles every message of a kind, as returned by Message.Kind:
// "image", "event/subscribe", "event/change_contact/create_user". A trailing
// star matches every kind with that prefix: "event/*". The match ignores case.
func (x *Mux) HandleKind(kind string, f HandlerFunc) {
	prefix, wildcard := strings.CutSuffix(strings.ToLower(kind), "*")
	x.addRoute(false, f, func(m *Message) bool {
		messageKind := strings.ToLower(m.Kind())
		return messageKind == prefix || wildcard && strings.HasPrefix(messageKind, prefix)
	})
}

// HandleType handles every message whose Body is a *T, and passes it typed:
// HandleType(&mux, func(ctx context.Context, m Message, e *EnterAgent) …).
func HandleType[T any](x *Mux, f func(ctx context.Context, m Message, body *T) (Reply, error)) {
	x.addRoute(false, func(ctx context.Context, m Message) (Reply, error) {
		body, _ := m.Body.(*T) // checked by the route's condition
		return f(ctx, m, body)
	}, func(m *Message) bool {
		_, ok := m.Body.(*T)
		return ok
	})
}

// HandleDefault handles messages that no other route matches.
func (x *Mux) HandleDefault(f HandlerFunc) { x.defaultHandler = f }

// Respond passes a message to the first matching route. Use it as
// Config.Respond.
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

func (x *Mux) addRoute(exact bool, f HandlerFunc, matches func(*Message) bool) {
	if exact {
		x.exactRoutes = append(x.exactRoutes, route{matches, f})
		return
	}
	x.kindRoutes = append(x.kindRoutes, route{matches, f})
}

// eventName returns the kind of an event without "event/", in lower case; "" for
// messages.
func eventName(m *Message) string {
	name, ok := strings.CutPrefix(strings.ToLower(m.Kind()), "event/")
	if !ok {
		return ""
	}
	return name
}

func textOf(m *Message) string {
	if text, ok := m.Body.(*Text); ok {
		return text.Content
	}
	return ""
}
