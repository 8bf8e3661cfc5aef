package wecomtest

import (
	"regexp"
	"strings"
)

// The ids of a company as a provider sees them (升级后的 ID): the same field names
// with values of the provider's own, in which upper and lower case differ.
//
// https://developer.work.weixin.qq.com/document/path/96516

var (
	encryptedIDPattern = regexp.MustCompile(`w[opm][0-9A-Za-z_-]{28}`)
	idField            = regexp.MustCompile(`"(userid|UserId|name|owner|touser|admin_userid|creator_userid|servicer_userid|external_userid|corpid|invaliduser|unlicenseduser|invalidlist)":"([^"\\]*)"`)
	idList             = regexp.MustCompile(`"(userid|userlist|admins|user|direct_leader|department_leader|follow_user|external_userid|allow_user|invaliduser|excess_users)":\[("[^"\\]*"(?:,"[^"\\]*")*)\]`)
	idElement          = regexp.MustCompile(`<(ToUserName|FromUserName|UserID|UserId|ExternalUserID|AuthCorpId)><!\[CDATA\[([^\]]*)\]\]></`)
	quotedText         = regexp.MustCompile(`"[^"]*"`)
)

// plainPaths take and answer plain ids although a suite calls them.
var plainPaths = map[string]bool{"batch/userid_to_openuserid": true}

// encryptingSuite is the suite that calls, when it sees ids of its own.
func (r *request) encryptingSuite() *suiteState {
	su := r.suite
	if su == nil && r.app != nil {
		su = r.app.suite
	}
	if su == nil || !su.EncryptedIDs || plainPaths[r.path] {
		return nil
	}
	return su
}

// seal is the provider's id for a plain one, and is remembered for the way back.
func (s *Server) encryptID(su *suiteState, prefix, plain string) string {
	id := openID(su.ProviderCorpID, prefix, plain)
	if _, known := s.decryptedIDs.get(id); !known {
		s.decryptedIDs.put(id, plain, s.currentTime(), s.currentTime().AddDate(100, 0, 0))
	}
	return id
}

// decryptID is the way back; what nobody has seen yet is looked for.
func (s *Server) decryptID(su *suiteState, id string) string {
	if plain, ok := s.decryptedIDs.get(id); ok {
		return plain
	}
	for _, c := range s.corps {
		if s.encryptID(su, "wp", c.ID) == id {
			return c.ID
		}
		for _, m := range c.members {
			if openID(su.ProviderCorpID, "wo", m.UserID) == id {
				return m.UserID
			}
		}
		for person := range c.external.customers {
			if openID(su.ProviderCorpID, "wm", person) == id {
				return person
			}
		}
	}
	return id
}

// decryptRequestIDs puts plain ids in the place of the provider's in a call.
func (s *Server) decryptRequestIDs(r *request) {
	su := r.encryptingSuite()
	if su == nil {
		return
	}
	plain := func(id string) string { return s.decryptID(su, id) }
	r.body = encryptedIDPattern.ReplaceAllFunc(r.body, func(id []byte) []byte { return []byte(plain(string(id))) })
	for _, values := range r.query {
		for i := range values {
			values[i] = encryptedIDPattern.ReplaceAllStringFunc(values[i], plain)
		}
	}
}

// encryptReplyIDs puts the provider's ids in the place of plain ones in an answer.
func (s *Server) encryptReplyIDs(r *request, out []byte) []byte {
	su := r.encryptingSuite()
	if su == nil || r.corp == nil {
		return out
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	out = idField.ReplaceAllFunc(out, func(whole []byte) []byte {
		m := idField.FindSubmatch(whole)
		return []byte(`"` + string(m[1]) + `":"` + s.encryptIDs(su, r.corp, string(m[2])) + `"`)
	})
	return idList.ReplaceAllFunc(out, func(whole []byte) []byte {
		m := idList.FindSubmatch(whole)
		list := quotedText.ReplaceAllStringFunc(string(m[2]), func(id string) string {
			return `"` + s.encryptIDs(su, r.corp, strings.Trim(id, `"`)) + `"`
		})
		return []byte(`"` + string(m[1]) + `":[` + list + `]`)
	})
}

// encryptIDs is the provider's form of ids with bars between them. What is no id
// stays.
func (s *Server) encryptIDs(su *suiteState, c *corpState, ids string) string {
	list := strings.Split(ids, "|")
	for i, id := range list {
		if id == c.ID {
			list[i] = s.encryptID(su, "wp", id)
		} else if m, ok := c.members[foldUserID(id)]; ok {
			list[i] = s.encryptID(su, "wo", m.UserID)
		} else if _, ok := c.external.customers[id]; ok {
			list[i] = s.encryptID(su, "wm", id)
		}
	}
	return strings.Join(list, "|")
}

// encryptEventIDs does the same with an event of a company, and names the receiver by
// the provider's id of the company. s.mu must be held.
func (s *Server) encryptEventIDs(su *suiteState, c *corpState, o *pendingCallback) *pendingCallback {
	if su == nil || c == nil || !su.EncryptedIDs {
		return o
	}
	o.Plain = idElement.ReplaceAllStringFunc(o.Plain, func(whole string) string {
		m := idElement.FindStringSubmatch(whole)
		return "<" + m[1] + "><![CDATA[" + s.encryptIDs(su, c, m[2]) + "]]></"
	})
	if o.CorpID == c.ID {
		o.receiveID = s.encryptID(su, "wp", c.ID)
	}
	return o
}

// fromOpenUserIDs is batch/openuserid_to_userid: a company asks what the ids are
// that the provider of one of its applications uses.
//
// https://developer.work.weixin.qq.com/document/path/95884
func (s *Server) fromOpenUserIDs(r *request) (any, *apiError) {
	var in struct {
		IDs    []string `json:"open_userid_list"`
		Source Int      `json:"source_agentid"`
	}
	if err := r.decodeBody(&in); err != nil {
		return nil, err
	}
	su, err := r.sourceSuite(in.Source)
	if err != nil {
		return nil, err
	}
	if len(in.IDs) == 0 || len(in.IDs) > 1000 {
		return nil, invalidParam("open_userid_list")
	}
	out := struct {
		Users   []openUser `json:"userid_list"`
		Invalid []string   `json:"invalid_open_userid_list"`
	}{[]openUser{}, []string{}}
	for _, id := range in.IDs {
		if m, ok := r.corp.members[foldUserID(s.decryptID(su, id))]; ok && strings.HasPrefix(id, "wo") {
			out.Users = append(out.Users, openUser{m.UserID, id})
		} else {
			out.Invalid = append(out.Invalid, id)
		}
	}
	return out, nil
}

// fromServiceExternalID is externalcontact/from_service_external_userid.
func (s *Server) fromServiceExternalID(r *request) (any, *apiError) {
	var in struct {
		ID     string `json:"external_userid"`
		Source Int    `json:"source_agentid"`
	}
	if err := r.decodeBody(&in); err != nil {
		return nil, err
	}
	su, err := r.sourceSuite(in.Source)
	if err != nil {
		return nil, err
	}
	p, ok := r.corp.external.customers[s.decryptID(su, in.ID)]
	if !ok {
		return nil, newAPIError(40096)
	}
	return struct {
		ID string `json:"external_userid"`
	}{p.ExternalUserID}, nil
}

// sourceSuite finds the suite behind an application of the company.
func (r *request) sourceSuite(agentID Int) (*suiteState, *apiError) {
	a, ok := r.corp.apps[int64(agentID)]
	switch {
	case r.app.suite != nil:
		return nil, newAPIError(48002)
	case !ok || a.suite == nil:
		return nil, invalidParam("source_agentid")
	}
	return a.suite, nil
}
