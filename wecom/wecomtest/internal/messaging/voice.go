package messaging

import (
	"strings"

	"github.com/huimian/huimian/wecom/wecomtest/internal/core"
)

// AddVoice implements the method of wecomtest.Server.
func (s *Service) AddVoice(corpID string, speex []byte) string {
	s.Mu.Lock()
	defer s.Mu.Unlock()
	c, ok := s.CorpStates[corpID]
	if !ok {
		return ""
	}
	return s.StoreMedia(&core.Request{Corp: c}, &core.MediaFile{Kind: "speex", Name: "voice.speex", Mime: "voice/speex", Data: speex})
}

// getVoice implements media/get/jssdk.
//
// https://developer.work.weixin.qq.com/document/path/90255
func (s *Service) getVoice(r *core.Request) (any, *core.APIError) {
	f, err := s.FindMedia(r.Corp, strings.TrimSpace(r.Query.Get("media_id")), "speex")
	if err != nil {
		return nil, err
	}
	return f, nil
}
