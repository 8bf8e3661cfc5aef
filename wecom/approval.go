package wecom

import (
	"cmp"
	"context"
	"encoding/json"
	"strconv"
	"time"
)

// ApprovalService submits and reads approval requests (审批), based on templates
// of WeCom's approval app. The app must be listed on the admin console's page
// 审批 → API as allowed to call the API. Each API accepts 600 calls a minute.
// See https://developer.work.weixin.qq.com/document/path/91853
type ApprovalService struct{ client *Client }

// LangText is a text in one language, "zh_CN" or "en".
type LangText struct {
	Text string `json:"text"`
	Lang string `json:"lang"`
}

// ApprovalTemplate is the form of an approval.
type ApprovalTemplate struct {
	Names   []LangText `json:"template_names"`
	Content struct {
		Controls []ApprovalControl `json:"controls"`
	} `json:"template_content"`
}

// ApprovalControl is a field of a form.
type ApprovalControl struct {
	Property struct {
		Control     string     `json:"control"` // Text, Textarea, Number, Money, Date, Selector, Contact, File, …
		ID          string     `json:"id"`
		Title       []LangText `json:"title"`
		Placeholder []LangText `json:"placeholder"`
		Require     Flag       `json:"require"`
		UnPrint     Flag       `json:"un_print"`
	} `json:"property"`
	Config json.RawMessage `json:"config"` // depends on the control
}

// GetTemplate returns an approval template.
// See https://developer.work.weixin.qq.com/document/path/91982
func (s *ApprovalService) GetTemplate(ctx context.Context, templateID string) (*ApprovalTemplate, error) {
	body := struct {
		ID string `json:"template_id"`
	}{templateID}
	var reply struct {
		envelope
		ApprovalTemplate
	}
	op := s.client.postCall("/cgi-bin/oa/gettemplatedetail", body)
	op.idempotent = true
	if err := s.client.doCall(ctx, op, &reply); err != nil {
		return nil, err
	}
	return &reply.ApprovalTemplate, nil
}

// Types of ApprovalNode.
const (
	ApprovalNodeApprover = 1
	ApprovalNodeCC       = 2
	ApprovalNodeHandler  = 3
)

// Relations between the members of an ApprovalNode.
const (
	ApprovalRelationAll        = 1 // every member must approve
	ApprovalRelationAny        = 2 // one member must approve
	ApprovalRelationSequential = 3 // every member must approve, in order
)

// ApprovalNode is one step of an approval process.
type ApprovalNode struct {
	Type     int      `json:"type"`              // ApprovalNodeApprover, ApprovalNodeCC or ApprovalNodeHandler
	Relation int      `json:"apv_rel,omitempty"` // ApprovalRelationAll, …; not for ApprovalNodeCC
	UserIDs  []string `json:"userid"`
}

// ApprovalContent is the value of one form field. The type of Value depends on
// the control: see ApprovalText and the other constructors.
type ApprovalContent struct {
	Control string `json:"control"`
	ID      string `json:"id"`
	Value   any    `json:"value"`
}

// ApprovalText returns the value of a Text or Textarea control.
func ApprovalText(control, id, text string) ApprovalContent {
	return ApprovalContent{control, id, map[string]string{"text": text}}
}

// ApprovalNumber returns the value of a Number control, in decimal digits.
func ApprovalNumber(id, number string) ApprovalContent {
	return ApprovalContent{"Number", id, map[string]string{"new_number": number}}
}

// ApprovalMoney returns the value of a Money control, in decimal digits.
func ApprovalMoney(id, amount string) ApprovalContent {
	return ApprovalContent{"Money", id, map[string]string{"new_money": amount}}
}

// ApprovalSelector returns the value of a Selector control: the keys of the chosen
// options. multiple is true for a multiple-choice control.
func ApprovalSelector(id string, multiple bool, keys ...string) ApprovalContent {
	kind := "single"
	if multiple {
		kind = "multi"
	}
	options := make([]map[string]string, 0, len(keys))
	for _, key := range keys {
		options = append(options, map[string]string{"key": key})
	}
	return ApprovalContent{"Selector", id, map[string]any{"selector": map[string]any{"type": kind, "options": options}}}
}

// ApprovalContact returns the value of a Contact control with members.
func ApprovalContact(id string, members ...SimpleUser) ApprovalContent {
	list := make([]map[string]string, 0, len(members))
	for _, m := range members {
		list = append(list, map[string]string{"userid": m.UserID, "name": m.Name})
	}
	return ApprovalContent{"Contact", id, map[string]any{"members": list}}
}

// ApprovalFile returns the value of a File control: the media ids of uploaded files.
func ApprovalFile(id string, mediaIDs ...string) ApprovalContent {
	list := make([]map[string]string, 0, len(mediaIDs))
	for _, media := range mediaIDs {
		list = append(list, map[string]string{"file_id": media})
	}
	return ApprovalContent{"File", id, map[string]any{"files": list}}
}

// ApprovalRequest is a request for approval.
type ApprovalRequest struct {
	CreatorUserID    string // on whose behalf the request is submitted
	TemplateID       string
	ChooseDepartment int64          // of the creator; the main department when 0
	Nodes            []ApprovalNode // empty uses the process configured in the console
	Contents         []ApprovalContent
	Summary          []string // 1 to 3 lines of at most 20 characters
	SummaryLanguage  string   // zh_CN when empty
}

func (a *ApprovalRequest) checkFields(k *fieldChecker) {
	k.CheckRequired("creator_userid", a.CreatorUserID)
	k.CheckRequired("template_id", a.TemplateID)
	k.CheckCount("summary_list", len(a.Summary), 1, 3)
	for i, line := range a.Summary {
		k.CheckRunes(indexedField("summary_list", i), line, 20)
	}
	for i, node := range a.Nodes {
		k.CheckCount(indexedField("process.node_list", i)+".userid", len(node.UserIDs), 1, 100)
	}
}

// Submit submits a request for approval and returns its number (sp_no).
// See https://developer.work.weixin.qq.com/document/path/91853
func (s *ApprovalService) Submit(ctx context.Context, a ApprovalRequest) (string, error) {
	var k fieldChecker
	if a.checkFields(&k); k.firstError() != nil {
		return "", k.firstError()
	}
	body := map[string]any{
		"creator_userid": a.CreatorUserID, "template_id": a.TemplateID,
		"use_template_approver": Flag(len(a.Nodes) == 0),
		"apply_data":            map[string]any{"contents": a.Contents},
	}
	if len(a.Nodes) > 0 {
		body["process"] = map[string]any{"node_list": a.Nodes}
	}
	if a.ChooseDepartment != 0 {
		body["choose_department"] = a.ChooseDepartment
	}
	summary := make([]map[string]any, 0, len(a.Summary))
	for _, line := range a.Summary {
		summary = append(summary, map[string]any{"summary_info": []LangText{{line, cmp.Or(a.SummaryLanguage, "zh_CN")}}})
	}
	body["summary_list"] = summary
	var reply struct {
		envelope
		Number string `json:"sp_no"`
	}
	if err := s.client.doCall(ctx, s.client.postCall("/cgi-bin/oa/applyevent", body), &reply); err != nil {
		return "", err
	}
	return reply.Number, nil
}

// States of an Approval.
const (
	ApprovalInProgress             = 1
	ApprovalApproved               = 2
	ApprovalRejected               = 3
	ApprovalWithdrawn              = 4
	ApprovalWithdrawnAfterApproval = 6 // withdrawn after it had been approved
	ApprovalDeleted                = 7
	ApprovalPaid                   = 10
)

// Approval is a submitted request and its progress.
type Approval struct {
	Number     string    `json:"sp_no"`
	Name       string    `json:"sp_name"`
	TemplateID string    `json:"template_id"`
	Status     int       `json:"sp_status"` // ApprovalInProgress, …
	ApplyTime  Timestamp `json:"apply_time"`
	Applicant  struct {
		UserID       string `json:"userid"`
		DepartmentID string `json:"partyid"`
	} `json:"applyer"`
	Process struct {
		Nodes []ApprovalNodeResult `json:"node_list"`
	} `json:"process_list"`
	Data struct {
		Contents []ApprovalValue `json:"contents"`
	} `json:"apply_data"`
	Comments []ApprovalComment `json:"comments"`
}

// ApprovalComment is a remark of a member on an Approval.
type ApprovalComment struct {
	ID     string `json:"commentid"`
	Author struct {
		UserID string `json:"userid"`
	} `json:"commentUserInfo"`
	Time Timestamp `json:"commenttime"`
	Text string    `json:"commentcontent"`
}

// ApprovalValue is the value of a form field as WeCom returns it.
type ApprovalValue struct {
	Control string          `json:"control"`
	ID      string          `json:"id"`
	Title   []LangText      `json:"title"`
	Value   json.RawMessage `json:"value"` // depends on the control
}

// ApprovalNodeResult is the progress of one node.
type ApprovalNodeResult struct {
	NodeType int `json:"node_type"` // ApprovalNodeApprover, …
	Status   int `json:"sp_status"` // 1 in progress, 2 approved, 3 rejected, 4 transferred, …
	Relation int `json:"apv_rel"`
	Members  []struct {
		UserID string    `json:"userid"`
		Speech string    `json:"speech"`
		Status int       `json:"sp_yj"`
		Time   Timestamp `json:"sptime"`
	} `json:"sub_node_list"`
}

// Get returns an approval by its number (sp_no).
// See https://developer.work.weixin.qq.com/document/path/91983
func (s *ApprovalService) Get(ctx context.Context, number string) (*Approval, error) {
	body := struct {
		Number string `json:"sp_no"`
	}{number}
	var reply struct {
		envelope
		Info Approval `json:"info"`
	}
	op := s.client.postCall("/cgi-bin/oa/getapprovaldetail", body)
	op.idempotent = true
	if err := s.client.doCall(ctx, op, &reply); err != nil {
		return nil, err
	}
	return &reply.Info, nil
}

// ApprovalFilter selects approvals by the time of their submission, of at most 31
// days. An empty field selects any value.
type ApprovalFilter struct {
	From, To     time.Time
	TemplateID   string
	Creator      string // userid
	DepartmentID string // of the creator
	Status       int    // ApprovalInProgress, …; 0 for any
}

const maxApprovalPeriod = 31 * 24 * time.Hour

func (f *ApprovalFilter) checkFields(k *fieldChecker) {
	if period := f.To.Sub(f.From); period < 0 || period > maxApprovalPeriod {
		k.Reject("endtime", "must be at most 31 days after starttime")
	}
}

// ListNumbers returns the numbers (sp_no) of approvals, at most 100 a page. cursor is
// "" for the first page; next is "" after the last one. A page may be shorter, since
// those outside the app's visible range are left out.
// See https://developer.work.weixin.qq.com/document/path/91816
func (s *ApprovalService) ListNumbers(ctx context.Context, f ApprovalFilter, cursor string) (numbers []string, next string, err error) {
	var k fieldChecker
	if f.checkFields(&k); k.firstError() != nil {
		return nil, "", k.firstError()
	}
	type filter struct {
		Key   string `json:"key"`
		Value string `json:"value"`
	}
	body := struct {
		From    string   `json:"starttime"`
		To      string   `json:"endtime"`
		Cursor  string   `json:"new_cursor"`
		Size    int      `json:"size"`
		Filters []filter `json:"filters,omitempty"`
	}{From: strconv.FormatInt(f.From.Unix(), 10), To: strconv.FormatInt(f.To.Unix(), 10), Cursor: cursor, Size: 100}
	status := ""
	if f.Status != 0 {
		status = strconv.Itoa(f.Status)
	}
	for _, c := range []filter{{"template_id", f.TemplateID}, {"creator", f.Creator}, {"department", f.DepartmentID}, {"sp_status", status}} {
		if c.Value != "" {
			body.Filters = append(body.Filters, c)
		}
	}
	var reply struct {
		envelope
		Numbers []string `json:"sp_no_list"`
		Next    string   `json:"new_next_cursor"`
	}
	op := s.client.postCall("/cgi-bin/oa/getapprovalinfo", body)
	op.idempotent = true
	if err := s.client.doCall(ctx, op, &reply); err != nil {
		return nil, "", err
	}
	return reply.Numbers, reply.Next, nil
}
