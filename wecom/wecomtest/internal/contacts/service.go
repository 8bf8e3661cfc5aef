// Package contacts serves the contacts (通讯录): members, departments, tags, batch
// jobs and the events that report their changes.
package contacts

import (
	"github.com/huimian/huimian/wecom/wecomtest/internal/core"
)

// Service holds the state of the package beside that of the core.
type Service struct {
	*core.Core
}

// New returns the service of a core.
func New(c *core.Core) *Service {
	return &Service{Core: c}
}
