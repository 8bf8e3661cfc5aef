// Package api serves the endpoints under /cgi-bin/: fault rules, tokens, quotas,
// the handler, the envelope and the log of each call.
package api

import (
	"github.com/huimian/huimian/wecom/wecomtest/internal/core"
)

// Service holds the state of the package beside that of the core.
type Service struct {
	*core.Core

	Endpoints map[string]core.Endpoint // by path
}

// New returns the service of a core.
func New(c *core.Core) *Service {
	return &Service{Core: c}
}
