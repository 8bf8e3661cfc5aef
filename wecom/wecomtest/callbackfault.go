package wecomtest

import (
	"bytes"
	"context"
	"slices"
)

// CallbackFault makes callbacks go wrong on their way to the receiver. The
// fields that select are joined by "and"; an empty one selects all.
type CallbackFault struct {
	CorpID  string `json:"corpId"`
	AgentID int64  `json:"agentId"`
	Event   string `json:"event"` // the event, or the type of a message
	// Times is how many callbacks the rule takes. 0 means all until it is removed.
	Times int `json:"times"`

	Duplicate      bool `json:"twice"`        // delivered, then delivered again with the same bytes
	WrongSignature bool `json:"wrongSign"`    // msg_signature does not fit
	WrongCorp      bool `json:"wrongCorp"`    // sealed for another company
	BrokenCipher   bool `json:"brokenCipher"` // the cipher text is damaged, the signature fits
	Stale          bool `json:"stale"`        // an hour old by its timestamp
	// Hold keeps the callback back until ReleaseCallbacks sends what was held,
	// the last first: late and out of order.
	Hold bool `json:"hold"`
	Drop bool `json:"lose"` // never delivered
}

type callbackFaultState struct {
	CallbackFault
	id        int64
	remaining int
}

// AddCallbackFault adds a rule for callbacks and returns its id, which Heal takes.
func (s *Server) AddCallbackFault(r CallbackFault) int64 {
	s.init()
	s.mu.Lock()
	defer s.mu.Unlock()
	s.seq++
	s.callbackFaults = append(s.callbackFaults, &callbackFaultState{CallbackFault: r, id: s.seq, remaining: r.Times})
	s.notifyChange(change{Kind: "faults"})
	return s.seq
}

// matchCallbackFault finds the rule for a callback and uses it up by one.
func (s *Server) matchCallbackFault(o *pendingCallback) CallbackFault {
	s.mu.Lock()
	defer s.mu.Unlock()
	for i, f := range s.callbackFaults {
		fits := (f.CorpID == "" || f.CorpID == o.CorpID) && (f.AgentID == 0 || f.AgentID == o.AgentID) &&
			(f.Event == "" || f.Event == o.Event)
		if !fits {
			continue
		}
		if f.Times > 0 {
			if f.remaining--; f.remaining == 0 {
				s.callbackFaults = append(s.callbackFaults[:i:i], s.callbackFaults[i+1:]...)
				s.notifyChange(change{Kind: "faults"})
			}
		}
		return f.CallbackFault
	}
	return CallbackFault{}
}

// ReleaseCallbacks delivers the callbacks that rules with Hold have kept back,
// the last first, and returns how many there were.
func (s *Server) ReleaseCallbacks(ctx context.Context) (int, error) {
	s.init()
	s.mu.Lock()
	held := s.heldCallbacks
	s.heldCallbacks = nil
	s.mu.Unlock()
	for _, o := range slices.Backward(held) {
		o.Note = "held back and released"
		if err := s.deliverWithRetry(ctx, o, CallbackFault{}); err != nil {
			return len(held), err
		}
	}
	return len(held), nil
}

// applyTo changes the receiver's keys or the sealed bytes as a rule says.
func (r CallbackFault) applyTo(m *encryptedCallback) {
	if r.WrongSignature {
		m.query.Set("msg_signature", signMessage("", m.query.Get("timestamp"), m.query.Get("nonce"), "someone else's"))
	}
	if r.WrongSignature || r.WrongCorp || r.BrokenCipher || r.Stale {
		m.note = "spoilt by a fault rule"
	}
}

// corruptCipherText changes the last block of a cipher text, so that its padding, or else
// the receive id, comes out wrong.
func corruptCipherText(encrypted string) string {
	b := []byte(encrypted)
	at := bytes.LastIndexFunc(b, func(r rune) bool { return r != '=' }) - 4
	if b[at] == 'A' {
		b[at] = 'B'
	} else {
		b[at] = 'A'
	}
	return string(b)
}
