package wecomtest

import (
	"crypto/sha256"
	"encoding/base64"
	"strings"
)

type inviteReply struct {
	InvalidUser  []string `json:"invaliduser,omitempty"`
	InvalidParty []int64  `json:"invalidparty,omitempty"`
	InvalidTag   []int64  `json:"invalidtag,omitempty"`
}

// invite is batch/invite: members who have not joined get an invitation, of
// which nothing is to be seen here.
//
// https://developer.work.weixin.qq.com/document/path/90975
func (s *Server) invite(r *request) (any, *apiError) {
	var in struct {
		Users   []string `json:"user"`
		Parties []Int    `json:"party"`
		Tags    []Int    `json:"tag"`
	}
	if err := r.decode(&in); err != nil {
		return nil, err
	}
	all := len(in.Users) + len(in.Parties) + len(in.Tags)
	if all == 0 || len(in.Users) > 1000 || len(in.Parties) > 100 || len(in.Tags) > 100 {
		return nil, fail(40035)
	}
	var out inviteReply
	for _, id := range in.Users {
		if _, err := r.visibleMember(id); err != nil {
			out.InvalidUser = append(out.InvalidUser, id)
		}
	}
	for _, p := range ints(in.Parties) {
		if r.corp.departments[p] == nil || !r.corp.seesDepartment(r.app, p) {
			out.InvalidParty = append(out.InvalidParty, p)
		}
	}
	for _, t := range ints(in.Tags) {
		if r.corp.tags[t] == nil {
			out.InvalidTag = append(out.InvalidTag, t)
		}
	}
	if len(out.InvalidUser)+len(out.InvalidParty)+len(out.InvalidTag) == all {
		return out, fail(40031)
	}
	return out, nil
}

// openIDOf is the openid of a member in WeChat, as the company sees it.
func openIDOf(c *corpState, m *memberState) string {
	sum := sha256.Sum256([]byte(c.ID + "\x00openid\x00" + m.key))
	return "o" + base64.RawURLEncoding.EncodeToString(sum[:20])
}

// toOpenID is user/convert_to_openid. Every active member is bound to WeChat.
//
// https://developer.work.weixin.qq.com/document/path/90202
func (s *Server) toOpenID(r *request) (any, *apiError) {
	var in userIDOnly
	if err := r.decode(&in); err != nil {
		return nil, err
	}
	m, err := r.visibleMember(in.UserID)
	if err != nil {
		return nil, err
	}
	if m.Status != StatusActive {
		return nil, fail(43004)
	}
	return struct {
		OpenID string `json:"openid"`
	}{openIDOf(r.corp, m)}, nil
}

// fromOpenID is user/convert_to_userid.
func (s *Server) fromOpenID(r *request) (any, *apiError) {
	var in struct {
		OpenID string `json:"openid"`
	}
	if err := r.decode(&in); err != nil {
		return nil, err
	}
	return r.findUser(func(m *memberState) bool { return openIDOf(r.corp, m) == in.OpenID })
}

// authSucc is user/authsucc: a member who had to confirm that they are one has
// done so.
func (s *Server) authSucc(r *request) (any, *apiError) {
	m, err := r.visibleMember(r.query.Get("userid"))
	if err != nil {
		return nil, err
	}
	if m.Status == StatusInactive {
		m.Status = StatusActive
		s.note(change{Kind: "directory", CorpID: r.corp.ID})
	}
	return nil, nil
}

// launchCode is get_launch_code.
//
// https://developer.work.weixin.qq.com/document/path/94345
func (s *Server) launchCode(r *request) (any, *apiError) {
	var in struct {
		Operator string     `json:"operator_userid"`
		Chat     userIDOnly `json:"single_chat"`
	}
	if err := r.decode(&in); err != nil {
		return nil, err
	}
	for _, id := range []string{in.Operator, in.Chat.UserID} {
		if _, err := r.visibleMember(id); err != nil {
			return nil, err
		}
	}
	return struct {
		Code string `json:"launch_code"`
	}{s.randomText(32)}, nil
}

// AddVoice keeps what a page has recorded with the JS-SDK, and returns the
// serverId that media/get/jssdk takes. It is empty for an unknown company.
func (s *Server) AddVoice(corpID string, speex []byte) string {
	s.init()
	s.mu.Lock()
	defer s.mu.Unlock()
	c, ok := s.corps[corpID]
	if !ok {
		return ""
	}
	return s.keep(&request{corp: c}, &mediaFile{kind: "speex", name: "voice.speex", mime: "voice/speex", data: speex})
}

// getVoice is media/get/jssdk.
//
// https://developer.work.weixin.qq.com/document/path/90255
func (s *Server) getVoice(r *request) (any, *apiError) {
	f, err := s.findMedia(r.corp, strings.TrimSpace(r.query.Get("media_id")), "speex")
	if err != nil {
		return nil, err
	}
	return f, nil
}
