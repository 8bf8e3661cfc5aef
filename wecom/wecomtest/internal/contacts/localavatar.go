package contacts

import (
	"cmp"

	"github.com/huimian/huimian/wecom/wecomtest/internal/core"
)

// LocalAvatar has no host, so that it works at whatever address the client is
// looked at.
func (s *Service) LocalAvatar(m *core.MemberState) string {
	return cmp.Or(m.Avatar, AvatarPath(m.Name))
}
