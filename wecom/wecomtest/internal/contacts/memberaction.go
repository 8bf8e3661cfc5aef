package contacts

import (
	"github.com/huimian/huimian/wecom/wecomtest/internal/core"
	"github.com/huimian/huimian/wecom/wecomtest/model"
)

// NewAppEvent returns a callback addressed to an application. Mu must be held.
func (s *Service) NewAppEvent(a *core.AppState, m *core.MemberState, event string, e *core.XMLBuilder) *core.PendingCallback {
	s.Seq++
	o := &core.PendingCallback{To: core.CallbackOf(a.App), Member: m}
	e.AddNumber("AgentID", a.AgentID)
	o.Delivery = model.Delivery{Seq: s.Seq, Time: s.CurrentTime(), CorpID: a.CorpID, AgentID: a.AgentID, URL: a.CallbackURL, Event: event, Plain: string(e.ToBytes())}
	if m != nil {
		o.From = m.UserID
	}
	return s.IDs.EncryptEventIDs(a.Suite, s.CorpStates[a.CorpID], o)
}
