package core

import (
	"bytes"
	"context"
	"slices"

	"github.com/huimian/huimian/internal/simulator/faults"
	"github.com/huimian/huimian/wecom/wecomtest/model"
)

// AddCallbackFault implements the method of wecomtest.Server.
func (s *Core) AddCallbackFault(r model.CallbackFault) int64 {
	s.Mu.Lock()
	defer s.Mu.Unlock()
	s.Seq++
	s.CallbackFaults.Add(s.Seq, r, faults.Frequency{Times: r.Times})
	s.NotifyChange(Change{Kind: "faults"})
	return s.Seq
}

// useCallbackFault returns the first fault that applies to a callback and counts the use.
func (s *Core) useCallbackFault(o *PendingCallback) model.CallbackFault {
	s.Mu.Lock()
	defer s.Mu.Unlock()
	m := s.CallbackFaults.Use(func(f *model.CallbackFault) bool {
		return (f.CorpID == "" || f.CorpID == o.CorpID) && (f.AgentID == 0 || f.AgentID == o.AgentID) &&
			(f.Event == "" || f.Event == o.Event)
	}, nil)
	if m.Removed {
		s.NotifyChange(Change{Kind: "faults"})
	}
	return m.Fault
}

// ReleaseCallbacks implements the method of wecomtest.Server.
func (s *Core) ReleaseCallbacks(ctx context.Context) (int, error) {
	s.Mu.Lock()
	held := s.HeldCallbacks
	s.HeldCallbacks = nil
	s.Mu.Unlock()
	for _, o := range slices.Backward(held) {
		o.Note = "held and released"
		if err := s.deliverWithRetry(ctx, o, model.CallbackFault{}); err != nil {
			return len(held), err
		}
	}
	return len(held), nil
}

// applyCallbackFault replaces the signature when WrongSignature is set, and marks a corrupted callback in the
// log.
func applyCallbackFault(r model.CallbackFault, m *encryptedCallback) {
	if r.WrongSignature {
		m.query.Set("msg_signature", SignMessage("", m.query.Get("timestamp"), m.query.Get("nonce"), "wrong cipher text"))
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
