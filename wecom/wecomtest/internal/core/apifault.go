package core

import (
	"path"
	"strings"

	"github.com/huimian/huimian/wecom/wecomtest/model"
)

// FaultState is a fault rule with its counters.
type FaultState struct {
	model.Fault
	ID        int64
	Matched   int
	Remaining int
}

// MatchesCall reports whether the rule selects a call.
func (f *FaultState) MatchesCall(name string, r *Request) bool {
	if f.Path != "" {
		pattern := strings.TrimPrefix(f.Path, "/cgi-bin/")
		if ok, err := path.Match(pattern, name); err != nil || !ok {
			return false
		}
	}
	corp, agent := r.Query.Get("corpid"), int64(0)
	if r.Corp != nil {
		corp, agent = r.Corp.ID, r.App.AgentID
	}
	if f.Token != "" && f.Token != r.Query.Get("access_token") {
		return false
	}
	return (f.CorpID == "" || f.CorpID == corp) && (f.AgentID == 0 || f.AgentID == agent)
}
