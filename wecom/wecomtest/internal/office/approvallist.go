package office

import (
	"cmp"
	"slices"
	"strconv"
	"time"

	"github.com/huimian/huimian/wecom/wecomtest/internal/contacts"
	"github.com/huimian/huimian/wecom/wecomtest/internal/core"
	"github.com/huimian/huimian/wecom/wecomtest/model"
)

// Limits of oa/getapprovalinfo.
const (
	maxApprovalPage   = 100
	maxApprovalPeriod = 31 * 24 * time.Hour
)

type approvalListBody struct {
	From    model.Int `json:"starttime"`
	To      model.Int `json:"endtime"`
	Cursor  string    `json:"new_cursor"`
	Size    model.Int `json:"size"`
	Filters []struct {
		Key   string `json:"key"`
		Value string `json:"value"`
	} `json:"filters"`
}

// listApprovals implements oa/getapprovalinfo: the numbers of the approvals that were submitted in a
// period by members in the application's visible range. A page may be shorter than its size. The cursor
// is the last number of a page; callers must treat it as opaque.
//
// https://developer.work.weixin.qq.com/document/path/91816
func (s *Service) listApprovals(r *core.Request) (any, *core.APIError) {
	var in approvalListBody
	if err := r.DecodeBody(&in); err != nil {
		return nil, err
	}
	if err := in.check(); err != nil {
		return nil, err
	}
	list := approvalsBetween(r.Corp, int64(in.From), int64(in.To))
	if in.Cursor != "" {
		last := slices.IndexFunc(list, func(a *core.ApprovalState) bool { return a.Number == in.Cursor })
		if last < 0 {
			return nil, core.InvalidParam("new_cursor")
		}
		list = list[last+1:]
	}
	next := ""
	if size := int(cmp.Or(in.Size, maxApprovalPage)); len(list) > size {
		list = list[:size]
		next = list[size-1].Number
	}
	numbers := []string{}
	for _, a := range list {
		if m, ok := r.Corp.Members[core.FoldUserID(a.Creator)]; ok && r.Corp.SeesMember(r.App, m) && in.matches(a) {
			numbers = append(numbers, a.Number)
		}
	}
	return struct {
		Numbers []string `json:"sp_no_list"`
		Next    string   `json:"new_next_cursor,omitempty"`
	}{numbers, next}, nil
}

// approvalsBetween returns the approvals that were submitted in a period, in Unix seconds, oldest first.
func approvalsBetween(c *core.CorpState, from, to int64) []*core.ApprovalState {
	var list []*core.ApprovalState
	for _, a := range c.Approvals {
		if at := a.AppliedAt.Unix(); at >= from && at <= to {
			list = append(list, a)
		}
	}
	slices.SortFunc(list, func(a, b *core.ApprovalState) int {
		return cmp.Or(a.AppliedAt.Compare(b.AppliedAt), cmp.Compare(a.Number, b.Number))
	})
	return list
}

func (in *approvalListBody) check() *core.APIError {
	period := time.Duration(in.To-in.From) * time.Second
	switch {
	case in.From <= 0 || period < 0 || period > maxApprovalPeriod:
		return core.InvalidParam("endtime")
	case in.Size < 0 || in.Size > maxApprovalPage:
		return core.InvalidParam("size")
	}
	for _, f := range in.Filters {
		if !slices.Contains([]string{"template_id", "creator", "department", "sp_status", "record_type"}, f.Key) {
			return core.InvalidParam("filters.key")
		}
	}
	return nil
}

// matches reports whether an approval fits all filters; record_type, which concerns leave and attendance,
// fits none.
func (in *approvalListBody) matches(a *core.ApprovalState) bool {
	values := map[string]string{"template_id": a.Template.ID, "creator": a.Creator, "department": contacts.FormatID(a.Department),
		"sp_status": strconv.Itoa(a.Status)}
	for _, f := range in.Filters {
		if f.Value != values[f.Key] {
			return false
		}
	}
	return true
}
