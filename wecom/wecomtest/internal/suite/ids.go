package suite

import (
	"strings"

	"github.com/huimian/huimian/wecom/wecomtest/internal/core"
	"github.com/huimian/huimian/wecom/wecomtest/model"
)

// The ids of a company as a provider sees them (升级后的 ID): the same field names
// with values of the provider's own, in which upper and lower case differ.
//
// https://developer.work.weixin.qq.com/document/path/96516

// idFields, idListFields and idElements are the fields and elements that hold ids, each alone or with
// others between bars. name is one: third-party applications receive ids in the place of names.
var (
	idFields = newSet("userid UserId name owner touser admin_userid creator_userid servicer_userid external_userid " +
		"corpid CorpId invaliduser unlicenseduser invalidlist")
	idListFields = newSet("userid userlist admins user direct_leader department_leader follow_user external_userid " +
		"allow_user invaliduser excess_users invalid_external_userid")
	idElements = newSet("ToUserName FromUserName UserID UserId ExternalUserID AuthCorpId")
)

func newSet(names string) map[string]bool {
	set := map[string]bool{}
	for name := range strings.FieldsSeq(names) {
		set[name] = true
	}
	return set
}

// plainPaths take and return plain ids although a suite calls them.
var plainPaths = map[string]bool{"batch/userid_to_openuserid": true}

// encryptingSuite returns the suite that calls, nil unless it uses encrypted ids.
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

// encryptID returns the provider's id of a plain one, and caches it for decryptID.
func (s *Service) encryptID(su *model.Suite, prefix, plain string) string {
	id := OpenID(su.ProviderCorpID, prefix, plain)
	if _, known := s.decryptedIDs.Get(id); !known {
		s.decryptedIDs.Put(id, plain, s.CurrentTime(), s.CurrentTime().AddDate(100, 0, 0))
	}
	return id
}

// decryptID returns the plain id of a provider's id. One that is not cached is
// searched among all companies.
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

// DecryptRequestIDs replaces the provider's ids in a request by plain ones.
func (s *Service) DecryptRequestIDs(r *core.Request) {
	su := encryptingSuite(r)
	if su == nil {
		return
	}
	decrypt := func(id string) string { return s.decryptID(su, id) }
	r.Body = rewriteJSON(r.Body, func(_ string, _ bool, text string) string { return replaceIDs(text, decrypt) })
	for _, values := range r.Query {
		for i := range values {
			values[i] = replaceIDs(values[i], decrypt)
		}
	}
}

// replaceIDs replaces the provider's ids between bars, as in touser, and those in id tokens
// ($userName=ID$). The rest of a text stays as it is.
func replaceIDs(text string, decrypt func(id string) string) string {
	for _, separators := range []string{"|", "$="} {
		start := 0
		var out strings.Builder
		for i := 0; i <= len(text); i++ {
			if i < len(text) && !strings.ContainsRune(separators, rune(text[i])) {
				continue
			}
			part := text[start:i]
			if isEncryptedID(part) {
				part = decrypt(part)
			}
			out.WriteString(part + text[i:min(i+1, len(text))])
			start = i + 1
		}
		text = out.String()
	}
	return text
}

// isEncryptedID reports whether a text has the form of OpenID.
func isEncryptedID(text string) bool {
	if len(text) != 30 || text[0] != 'w' || !strings.ContainsRune("opm", rune(text[1])) {
		return false
	}
	return strings.Trim(text, "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz_-") == ""
}

// EncryptReplyIDs replaces the plain ids in a reply by the provider's.
func (s *Service) EncryptReplyIDs(r *core.Request, out []byte) []byte {
	su := encryptingSuite(r)
	if su == nil || r.Corp == nil {
		return out
	}
	s.Mu.Lock()
	defer s.Mu.Unlock()
	return rewriteJSON(out, func(field string, inList bool, text string) string {
		if inList && idListFields[field] || !inList && idFields[field] {
			return s.encryptIDs(su, r.Corp, text)
		}
		return text
	})
}

// encryptIDs returns the provider's form of ids with bars between them. Other texts
// stay as they are.
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

// EncryptEventIDs replaces the plain ids in an event of a company by the provider's,
// that of the receiver included. Mu must be held.
func (s *Service) EncryptEventIDs(su *model.Suite, c *core.CorpState, o *core.PendingCallback) *core.PendingCallback {
	if su == nil || c == nil || !su.EncryptedIDs {
		return o
	}
	o.Plain = rewriteXML(o.Plain, func(element, text string) string {
		if idElements[element] {
			return s.encryptIDs(su, c, text)
		}
		return text
	})
	if o.CorpID == c.ID {
		o.ReceiveID = s.encryptID(su, "wp", c.ID)
	}
	return o
}

// fromOpenUserIDs implements batch/openuserid_to_userid: the plain ids of a company for the
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

// fromServiceExternalID implements externalcontact/from_service_external_userid.
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
