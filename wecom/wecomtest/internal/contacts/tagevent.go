package contacts

import (
	"slices"
	"strings"

	"github.com/huimian/huimian/wecom/wecomtest/internal/core"
)

// tagMembership holds the members and departments that have a tag.
type tagMembership struct{ users, parties []string }

func newTagMembership(c *core.CorpState, t *core.TagState) tagMembership {
	var out tagMembership
	for _, m := range c.AllMembers() {
		if slices.Contains(m.Tags, t.ID) {
			out.users = append(out.users, m.UserID)
		}
	}
	for _, p := range t.Parties {
		out.parties = append(out.parties, FormatID(p))
	}
	return out
}

// newTagEvents returns the change_contact events of type update_tag for the difference between the
// membership of a tag before a change and now, none without a difference. Mu must be held.
//
// https://developer.work.weixin.qq.com/document/path/90972
func (s *Service) newTagEvents(c *core.CorpState, t *core.TagState, before tagMembership) []*core.PendingCallback {
	now := newTagMembership(c, t)
	lists := []struct {
		name  string
		items []string
	}{
		{"AddUserItems", missingFrom(before.users, now.users)}, {"DelUserItems", missingFrom(now.users, before.users)},
		{"AddPartyItems", missingFrom(before.parties, now.parties)}, {"DelPartyItems", missingFrom(now.parties, before.parties)},
	}
	changed := false
	for _, l := range lists {
		changed = changed || len(l.items) > 0
	}
	if !changed {
		return nil
	}
	return s.newContactEvents(c, "update_tag", func(e *core.XMLBuilder) {
		e.AddNumber("TagId", t.ID)
		for _, l := range lists {
			if len(l.items) > 0 {
				e.AddText(l.name, strings.Join(l.items, ","))
			}
		}
	})
}

// missingFrom returns the entries of list that are not in base.
func missingFrom[T comparable](base, list []T) []T {
	return slices.DeleteFunc(slices.Clone(list), func(x T) bool { return slices.Contains(base, x) })
}

// tagsOfMember returns the tags of a member, none when the member is unknown.
func tagsOfMember(c *core.CorpState, userID string) []int64 {
	if m, ok := c.Members[core.FoldUserID(userID)]; ok {
		return slices.Clone(m.Tags)
	}
	return nil
}

// newMemberTagEvents returns the events of the tags that a member has lost or got since. Mu must be held.
func (s *Service) newMemberTagEvents(c *core.CorpState, userID string, before []int64) []*core.PendingCallback {
	now := tagsOfMember(c, userID)
	id := c.Members[core.FoldUserID(userID)].UserID
	var out []*core.PendingCallback
	for _, list := range []struct {
		name string
		tags []int64
	}{{"AddUserItems", missingFrom(before, now)}, {"DelUserItems", missingFrom(now, before)}} {
		for _, tag := range list.tags {
			out = append(out, s.newContactEvents(c, "update_tag", func(e *core.XMLBuilder) {
				e.AddNumber("TagId", tag).AddText(list.name, id)
			})...)
		}
	}
	return out
}

// withoutOwnEvents removes the events to the contact sync helper from those of a change that it made:
// WeCom does not send it back to the helper.
func withoutOwnEvents(r *core.Request, list []*core.PendingCallback) []*core.PendingCallback {
	if !r.App.IsContactHelper {
		return list
	}
	return slices.DeleteFunc(list, func(o *core.PendingCallback) bool { return o.AgentID == 0 })
}
