package wecomtest

import "strings"

// AddVoice stores a voice recording of a page (JS-SDK) and returns the serverId for
// media/get/jssdk. It returns "" for an unknown company.
func (s *Server) AddVoice(corpID string, speex []byte) string {
	s.init()
	s.mu.Lock()
	defer s.mu.Unlock()
	c, ok := s.corps[corpID]
	if !ok {
		return ""
	}
	return s.storeMedia(&request{corp: c}, &mediaFile{kind: "speex", name: "voice.speex", mime: "voice/speex", data: speex})
}

// getVoice implements media/get/jssdk.
//
// https://developer.work.weixin.qq.com/document/path/90255
func (s *Server) getVoice(r *request) (any, *apiError) {
	f, err := s.findMedia(r.corp, strings.TrimSpace(r.query.Get("media_id")), "speex")
	if err != nil {
		return nil, err
	}
	return f, nil
}
