package core

import (
	"path"
	"strings"

	"github.com/huimian/huimian/wecom/wecomtest/model"
)

// FaultSelectsCall reports whether a fault selects a call of the endpoint name.
func FaultSelectsCall(f *model.Fault, name string, r *Request) bool {
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
