package contacts

import (
	"cmp"

	"github.com/huimian/huimian/wecom/wecomtest/internal/core"
)

// LocalAvatar returns the path of a drawn picture without a host, so that it is valid at
// every address of the simulator.
func (s *Service) LocalAvatar(m *core.MemberState) string {
	return cmp.Or(m.Avatar, AvatarPath(m.Name))
}
