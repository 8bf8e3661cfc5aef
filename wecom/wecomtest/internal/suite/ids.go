package suite

import (
	"regexp"
	"strings"

	"github.com/huimian/huimian/wecom/wecomtest/internal/core"
	"github.com/huimian/huimian/wecom/wecomtest/model"
)

// The ids of a company as a provider sees them (升级后的 ID): the same field names
// with values of the provider's own, in which upper and lower case differ.
//
// https://developer.work.weixin.qq.com/document/path/96516

var (
	encryptedIDPattern = regexp.MustCompile(`w[opm][0-9A-Za-z_-]{28}`)
	idField            = regexp.MustCompile(`"(userid|UserId|name|owner|touser|admin_userid|creator_userid|servicer_userid|external_userid|corpid|CorpId|invaliduser|unlicenseduser|invalidlist)":"([^"\\]*)"`)
	idList             = regexp.MustCompile(`"(userid|userlist|admins|user|direct_leader|department_leader|follow_user|external_userid|allow_user|invaliduser|excess_users)":\[("[^"\\]*"(?:,"[^"\\]*")*)\]`)
	idElement          = regexp.MustCompile(`<(ToUserName|FromUserName|UserID|UserId|ExternalUserID|AuthCorpId)><!\[CDATA\[([^\]]*)\]\]></`)
	quotedText         = regexp.MustCompile(`"[^"]*"`)
)

// plainPaths take and answer plain ids although a suite calls them.
var plainPaths = map[string]bool{"batch/userid_to_openuserid": true}

// encryptingSuite is the suite that calls, when it sees ids of its own.
func encryptingSuite(r *core.Request) *model.Suite {
	su := r.Suite
	if su == nil && r.App != nil {
		su = r.App.Suite
	}
	if su == nil || !su.EncryptedIDs || plainPaths[r.Path] {
		return nil
	}
	return su
}

// seal is the provider's id for a plain one, and is remembered for the way back.
func (s *Service) encryptID(su *model.Suite, prefix, plain string) string {
	id := OpenID(su.ProviderCorpID, prefix, plain)
	if _, known := s.decryptedIDs.Get(id); !known {
		s.decryptedIDs.Put(id, plain, s.CurrentTime(), s.CurrentTime().AddDate(100, 0, 0))
	}
	return id
}

// decryptID is the inverse of encryptID. An id that is not cached is searched.
func (s *Service) decryptID(su *model.Suite, id string) string {
	if plain, ok := s.decryptedIDs.Get(id); ok {
		return plain
	}
	for _, c := range s.CorpStates {
		if s.encryptID(su, "wp", c.ID) == id {
			return c.ID
		}
		for _, m := range c.Members {
			if OpenID(su.ProviderCorpID, "wo", m.UserID) == id {
				return m.UserID
			}
		}
		for person := range c.External.Customers {
			if OpenID(su.ProviderCorpID, "wm", person) == id {
				return person
			}
		}
	}
	return id
}

// DecryptRequestIDs puts plain ids in the place of the provider's in a call.
func (s *Service) DecryptRequestIDs(r *core.Request) {
	su := encryptingSuite(r)
	if su == nil {
		return
	}
	plain := func(id string) string { return s.decryptID(su, id) }
	r.Body = encryptedIDPattern.ReplaceAllFunc(r.Body, func(id []byte) []byte { return []byte(plain(string(id))) })
	for _, values := range r.Query {
		for i := range values {
			values[i] = encryptedIDPattern.ReplaceAllStringFunc(values[i], plain)
		}
	}
}

// EncryptReplyIDs puts the provider's ids in the place of plain ones in an answer.
func (s *Service) EncryptReplyIDs(r *core.Request, out []byte) []byte {
	su := encryptingSuite(r)
	if su == nil || r.Corp == nil {
		return out
	}
	s.Mu.Lock()
	defer s.Mu.Unlock()
	out = idField.ReplaceAllFunc(out, func(whole []byte) []byte {
		m := idField.FindSubmatch(whole)
		return []byte(`"` + string(m[1]) + `":"` + s.encryptIDs(su, r.Corp, string(m[2])) + `"`)
	})
	return idList.ReplaceAllFunc(out, func(whole []byte) []byte {
		m := idList.FindSubmatch(whole)
		list := quotedText.ReplaceAllStringFunc(string(m[2]), func(id string) string {
			return `"` + s.encryptIDs(su, r.Corp, strings.Trim(id, `"`)) + `"`
		})
		return []byte(`"` + string(m[1]) + `":[` + list + `]`)
	})
}

// encryptIDs is the provider's form of ids with bars between them. What is no id
// stays.
func (s *Service) encryptIDs(su *model.Suite, c *core.CorpState, ids string) string {
	list := strings.Split(ids, "|")
	for i, id := range list {
		if id == c.ID {
			list[i] = s.encryptID(su, "wp", id)
		} else if m, ok := c.Members[core.FoldUserID(id)]; ok {
			list[i] = s.encryptID(su, "wo", m.UserID)
		} else if _, ok := c.External.Customers[id]; ok {
			list[i] = s.encryptID(su, "wm", id)
		}
	}
	return strings.Join(list, "|")
}

// EncryptEventIDs does the same with an event of a company, and names the receiver by
// the provider's id of the company. Mu must be held.
func (s *Service) EncryptEventIDs(su *model.Suite, c *core.CorpState, o *core.PendingCallback) *core.PendingCallback {
	if su == nil || c == nil || !su.EncryptedIDs {
		return o
	}
	o.Plain = idElement.ReplaceAllStringFunc(o.Plain, func(whole string) string {
		m := idElement.FindStringSubmatch(whole)
		return "<" + m[1] + "><![CDATA[" + s.encryptIDs(su, c, m[2]) + "]]></"
	})
	if o.CorpID == c.ID {
		o.ReceiveID = s.encryptID(su, "wp", c.ID)
	}
	return o
}

// fromOpenUserIDs is batch/openuserid_to_userid: the plain ids of a company for the
// ids of the provider of one of its applications.
//
// https://developer.work.weixin.qq.com/document/path/95884
func (s *Service) fromOpenUserIDs(r *core.Request) (any, *core.APIError) {
	var in struct {
		IDs    []string  `json:"open_userid_list"`
		Source model.Int `json:"source_agentid"`
	}
	if err := r.DecodeBody(&in); err != nil {
		return nil, err
	}
	su, err := sourceSuite(r, in.Source)
	if err != nil {
		return nil, err
	}
	if len(in.IDs) == 0 || len(in.IDs) > 1000 {
		return nil, core.InvalidParam("open_userid_list")
	}
	out := struct {
		Users   []openUser `json:"userid_list"`
		Invalid []string   `json:"invalid_open_userid_list"`
	}{[]openUser{}, []string{}}
	for _, id := range in.IDs {
		if m, ok := r.Corp.Members[core.FoldUserID(s.decryptID(su, id))]; ok && strings.HasPrefix(id, "wo") {
			out.Users = append(out.Users, openUser{m.UserID, id})
		} else {
			out.Invalid = append(out.Invalid, id)
		}
	}
	return out, nil
}

// fromServiceExternalID is externalcontact/from_service_external_userid.
func (s *Service) fromServiceExternalID(r *core.Request) (any, *core.APIError) {
	var in struct {
		ID     string    `json:"external_userid"`
		Source model.Int `json:"source_agentid"`
	}
	if err := r.DecodeBody(&in); err != nil {
		return nil, err
	}
	su, err := sourceSuite(r, in.Source)
	if err != nil {
		return nil, err
	}
	p, ok := r.Corp.External.Customers[s.decryptID(su, in.ID)]
	if !ok {
		return nil, core.NewAPIError(40096)
	}
	return struct {
		ID string `json:"external_userid"`
	}{p.ExternalUserID}, nil
}

// sourceSuite finds the suite behind an application of the company.
func sourceSuite(r *core.Request, agentID model.Int) (*model.Suite, *core.APIError) {
	a, ok := r.Corp.Apps[int64(agentID)]
	switch {
	case r.App.Suite != nil:
		return nil, core.NewAPIError(48002)
	case !ok || a.Suite == nil:
		return nil, core.InvalidParam("source_agentid")
	}
	return a.Suite, nil
}
