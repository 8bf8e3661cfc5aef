package contacts

import (
	"net/url"
	"strconv"

	"github.com/huimian/huimian/wecom/wecomtest/internal/core"
)

// FormatID formats an agent id in decimal.
func FormatID(id int64) string { return strconv.FormatInt(id, 10) }

// AvatarURL returns the address of a member's picture.
func (s *Service) AvatarURL(m *core.MemberState) string {
	if m.Avatar != "" {
		return m.Avatar
	}
	return s.URL() + AvatarPath(m.Name)
}

// AvatarPath returns the path of the simulator's picture for a name: the last two
// characters on a coloured ground, as WeCom does for members without a photo.
func AvatarPath(name string) string { return "/sim/avatar?name=" + url.QueryEscape(name) }
