package contacts

import (
	"cmp"
	"net/url"
	"strconv"

	"github.com/huimian/huimian/wecom/wecomtest/internal/core"
)

// getJoinQRCode implements corp/get_join_qrcode. The URL has the form of WeCom's; the simulator
// serves no image and lets no member join by it.
//
// https://developer.work.weixin.qq.com/document/path/91714
func (s *Service) getJoinQRCode(r *core.Request) (any, *core.APIError) {
	size, err := strconv.Atoi(cmp.Or(r.Query.Get("size_type"), "1"))
	if err != nil || size < 1 || size > 4 {
		return nil, core.InvalidParam("size_type")
	}
	query := url.Values{"action": {"join"}, "vcode": {s.RandomText(24)}, "size_type": {strconv.Itoa(size)}}
	return struct {
		URL string `json:"join_qrcode"`
	}{"https://work.weixin.qq.com/wework_admin/genqrcode?" + query.Encode()}, nil
}
