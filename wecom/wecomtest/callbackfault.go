package wecomtest

import (
	"bytes"
	"context"
	"slices"
)

// CallbackFault injects an error into callbacks. A callback must match all of CorpID, AgentID and
// Event; an empty field matches every callback.
type CallbackFault struct {
	CorpID  string `json:"corpId"`
	AgentID int64  `json:"agentId"`
	Event   string `json:"event"` // name of the event, or MsgType of a message
	// Times is the number of callbacks that the fault affects. 0 means all until it is removed.
	Times int `json:"times"`

	Duplicate      bool `json:"twice"`        // delivered twice with the same bytes
	WrongSignature bool `json:"wrongSign"`    // msg_signature is wrong
	WrongCorp      bool `json:"wrongCorp"`    // encrypted for another company
	BrokenCipher   bool `json:"brokenCipher"` // the cipher text is corrupt, the signature is right
	Stale          bool `json:"stale"`        // the timestamp is one hour old
	// Hold holds callbacks until ReleaseCallbacks sends them in reverse order, so that they arrive
	// late and out of order.
	Hold bool `json:"hold"`
	Drop bool `json:"lose"` // never sent
}

type callbackFaultState struct {
	CallbackFault
	id        int64
	remaining int
}

// AddCallbackFault adds a fault for callbacks and returns its id for RemoveFaults.
func (s *Server) AddCallbackFault(r CallbackFault) int64 {
	s.init()
	s.mu.Lock()
	defer s.mu.Unlock()
	s.seq++
	s.callbackFaults = append(s.callbackFaults, &callbackFaultState{CallbackFault: r, id: s.seq, remaining: r.Times})
	s.notifyChange(change{Kind: "faults"})
	return s.seq
}

// matchCallbackFault returns the first fault that applies to a callback and decrements its
// remaining count.
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

// ReleaseCallbacks sends the callbacks held by Hold, last first, and returns their number.
func (s *Server) ReleaseCallbacks(ctx context.Context) (int, error) {
	s.init()
	s.mu.Lock()
	held := s.heldCallbacks
	s.heldCallbacks = nil
	s.mu.Unlock()
	for _, o := range slices.Backward(held) {
		o.Note = "held and released"
		if err := s.deliverWithRetry(ctx, o, CallbackFault{}); err != nil {
			return len(held), err
		}
	}
	return len(held), nil
}

// applyTo replaces the signature when WrongSignature is set, and marks a corrupted callback in the
// log.
func (r CallbackFault) applyTo(m *encryptedCallback) {
	if r.WrongSignature {
		m.query.Set("msg_signature", signMessage("", m.query.Get("timestamp"), m.query.Get("nonce"), "wrong cipher text"))
	}
	if r.WrongSignature || r.WrongCorp || r.BrokenCipher || r.Stale {
		m.note = "corrupted by a fault"
	}
}

// corruptCipherText changes the last block of a cipher text, which makes the padding or the receive
// id wrong.
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
