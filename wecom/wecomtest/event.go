package wecomtest

import (
	"context"
	"fmt"
	"slices"
)

// Selected is the choice in one question of a card.
type Selected struct {
	QuestionKey string   `json:"questionKey"`
	OptionIDs   []string `json:"optionIds"`
}

// Click presses a button of a card as the member would: ref is the msgid or the
// response_code of the message, or the task_id of its card; key is the key of
// the button. It returns when the receiver has taken the event, or with
// ErrNotDelivered when it has not.
func (s *Server) Click(ctx context.Context, corpID, userID, ref, key string, chosen ...Selected) error {
	s.init()
	o, err := s.clicked(corpID, userID, ref, key, chosen)
	if err != nil {
		return err
	}
	return s.send(ctx, o)
}

func (s *Server) clicked(corpID, userID, ref, key string, chosen []Selected) (*outgoing, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	m := s.member(corpID, userID)
	if m == nil {
		return nil, fmt.Errorf("click a button: member %q of %q is unknown", userID, corpID)
	}
	d := s.findCard(m, ref)
	if d == nil {
		return nil, fmt.Errorf("click a button: %s has no card %q", userID, ref)
	}
	card := d.card()
	found, menu := card.button(key)
	if !found {
		return nil, fmt.Errorf("click a button: the card has no button with the key %q", key)
	}
	if d.button != "" && !menu {
		return nil, fmt.Errorf("click a button: the buttons have been replaced by %q", d.button)
	}
	event := "template_card_event"
	if menu {
		event = "template_card_menu_event"
	}
	d.chosen = key
	s.noteDelivery(d)
	e := header(corpID, m.UserID, s.now(), "event").text("Event", event).text("EventKey", key).
		text("TaskId", card.TaskID).text("CardType", card.CardType).
		text("ResponseCode", s.newResponseCode(d.sent))
	selectedItems(e, chosen)
	o := s.outgoing(d.sent.app, m, event, e)
	o.card = d
	return o, nil
}

func selectedItems(e *element, chosen []Selected) {
	if len(chosen) == 0 {
		return
	}
	e.open("SelectedItems")
	for _, c := range chosen {
		e.open("SelectedItem").text("QuestionKey", c.QuestionKey).open("OptionIds")
		for _, id := range c.OptionIDs {
			e.text("OptionId", id)
		}
		e.close("OptionIds").close("SelectedItem")
	}
	e.close("SelectedItems")
}

// findCard finds the newest card of a member by any of its three names.
func (s *Server) findCard(m *memberState, ref string) *delivery {
	code, _ := s.cards.get(ref)
	for _, d := range slices.Backward(m.inbox) {
		if d.sent == nil || d.card() == nil || d.recalled {
			continue
		}
		if d.sent.id == ref || d.card().TaskID == ref || (code != nil && code.sent == d.sent) {
			return d
		}
	}
	return nil
}

// outgoing addresses an event to an application. s.mu must be held.
func (s *Server) outgoing(a *appState, m *memberState, event string, e *element) *outgoing {
	s.seq++
	o := &outgoing{to: a.callback(), member: m}
	e.number("AgentID", a.AgentID)
	o.Delivery = Delivery{Seq: s.seq, Time: s.now(), CorpID: a.CorpID, AgentID: a.AgentID, URL: a.CallbackURL, Event: event, Plain: string(e.bytes())}
	if m != nil {
		o.From = m.UserID
	}
	return s.veilEvent(a.suite, s.corps[a.CorpID], o)
}

// Say writes a text to an application as the member.
func (s *Server) Say(ctx context.Context, corpID, userID string, agentID int64, text string) error {
	return s.act(ctx, corpID, userID, agentID, func(a *appState, m *memberState) *outgoing {
		s.seq++
		d := &delivery{member: m, seq: s.seq, mine: text, agentID: agentID, time: s.now()}
		s.put(m, d)
		s.stored(&post{mine: d, size: len(text)})
		e := header(corpID, m.UserID, s.now(), "text").text("Content", text).number("MsgId", 7300000000000000000+s.seq)
		return s.outgoing(a, m, "text", e)
	})
}

// Enter opens the application as the member. enter_agent is sent when the
// application asked for it.
func (s *Server) Enter(ctx context.Context, corpID, userID string, agentID int64) error {
	return s.act(ctx, corpID, userID, agentID, func(a *appState, m *memberState) *outgoing {
		if !a.ReportEnter {
			return nil
		}
		e := header(corpID, m.UserID, s.now(), "event").text("Event", "enter_agent").text("EventKey", "")
		return s.outgoing(a, m, "enter_agent", e)
	})
}

// PressMenu presses an entry of the application's menu: its key, or its URL for
// an entry of type view.
func (s *Server) PressMenu(ctx context.Context, corpID, userID string, agentID int64, key string) error {
	return s.act(ctx, corpID, userID, agentID, func(a *appState, m *memberState) *outgoing {
		kind := menuType(a.Menu, key)
		if kind == "" {
			kind = "click"
		}
		e := header(corpID, m.UserID, s.now(), "event").text("Event", kind).text("EventKey", key)
		return s.outgoing(a, m, kind, e)
	})
}

func menuType(list []MenuButton, key string) string {
	for _, b := range list {
		if b.Key == key || (b.URL == key && key != "") {
			return b.Type
		}
		if t := menuType(b.SubButton, key); t != "" {
			return t
		}
	}
	return ""
}

// act runs a deed of a member at an application and delivers what comes of it.
func (s *Server) act(ctx context.Context, corpID, userID string, agentID int64, do func(*appState, *memberState) *outgoing) error {
	s.init()
	s.mu.Lock()
	m, a := s.member(corpID, userID), s.app(corpID, agentID)
	if m == nil || a == nil || !s.corps[corpID].sees(a, m) {
		s.mu.Unlock()
		return fmt.Errorf("act as %q at application %d of %q: no such pair", userID, agentID, corpID)
	}
	o := do(a, m)
	s.mu.Unlock()
	if o == nil {
		return nil
	}
	return s.send(ctx, o)
}
