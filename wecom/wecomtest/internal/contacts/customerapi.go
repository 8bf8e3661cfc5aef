package contacts

import (
	"cmp"
	"maps"
	"slices"

	"github.com/huimian/huimian/wecom/wecomtest/internal/core"
)

// SortedApps returns the applications of a company by agent id.
func SortedApps(c *core.CorpState) []*core.AppState {
	out := slices.Collect(maps.Values(c.Apps))
	slices.SortFunc(out, func(a, b *core.AppState) int { return cmp.Compare(a.AgentID, b.AgentID) })
	return out
}
