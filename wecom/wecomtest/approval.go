package wecomtest

import (
	"slices"
	"strconv"
	"time"
	"unicode/utf8"
)

// Status of an approval (sp_status).
const (
	ApprovalRunning   = 1
	ApprovalPassed    = 2
	ApprovalRejected  = 3
	ApprovalWithdrawn = 4
)

// ApprovalTemplate is a form of WeCom's 审批 application.
//
// https://developer.work.weixin.qq.com/document/path/91982
type ApprovalTemplate struct {
	CorpID   string            `json:"corpId,omitempty"`
	ID       string            `json:"id,omitempty"`
	Name     string            `json:"name,omitempty"`
	Controls []ApprovalControl `json:"controls,omitempty"`
	// Approvers are the approvers set in the admin console; any one of them decides. An application
	// can specify other approvers (use_template_approver 0).
	Approvers []string `json:"approvers,omitempty"`
}

// ApprovalControl is a field of an approval template.
type ApprovalControl struct {
	Control  string           `json:"control,omitempty"` // Text, Textarea, Number, Money, Date, Selector, Contact, File
	ID       string           `json:"id,omitempty"`      // such as "Text-01"
	Title    string           `json:"title,omitempty"`
	Required bool             `json:"required,omitempty"`
	Options  []ApprovalOption `json:"options,omitempty"`  // of a Selector
	Multiple bool             `json:"multiple,omitempty"` // of a Selector or Contact
}

// ApprovalOption is an option of a Selector.
type ApprovalOption struct {
	Key   string `json:"key"`
	Value string `json:"value"`
}

// AddApprovalTemplate adds or replaces a template.
func (s *Server) AddApprovalTemplate(t ApprovalTemplate) {
	if t.ID == "" {
		panic("wecomtest: AddApprovalTemplate needs an ID")
	}
	s.updateCorp(t.CorpID, func(c *corpState) { c.approvalTemplates[t.ID] = &t })
}

type langText struct {
	Text string `json:"text"`
	Lang string `json:"lang"`
}

func chineseText(text string) []langText { return []langText{{text, "zh_CN"}} }

type controlReply struct {
	Property struct {
		Control     string     `json:"control"`
		ID          string     `json:"id"`
		Title       []langText `json:"title"`
		Placeholder []langText `json:"placeholder"`
		Require     int        `json:"require"`
		UnPrint     int        `json:"un_print"`
	} `json:"property"`
	Config map[string]any `json:"config"`
}

func (c *ApprovalControl) selectionType() string {
	if c.Multiple {
		return "multi"
	}
	return "single"
}

func (c *ApprovalControl) toReply() controlReply {
	var out controlReply
	p := &out.Property
	p.Control, p.ID, p.Title, p.Placeholder = c.Control, c.ID, chineseText(c.Title), []langText{}
	if c.Required {
		p.Require = 1
	}
	out.Config = map[string]any{}
	switch c.Control {
	case "Selector":
		type option struct {
			Key   string     `json:"key"`
			Value []langText `json:"value"`
		}
		options := []option{}
		for _, o := range c.Options {
			options = append(options, option{o.Key, chineseText(o.Value)})
		}
		out.Config["selector"] = map[string]any{"type": c.selectionType(), "options": options}
	case "Contact":
		out.Config["contact"] = map[string]any{"type": c.selectionType(), "mode": "user"}
	case "Date":
		out.Config["date"] = map[string]any{"type": "hour"}
	}
	return out
}

// getApprovalTemplate implements oa/gettemplatedetail.
func (s *Server) getApprovalTemplate(r *request) (any, *apiError) {
	var in struct {
		ID string `json:"template_id"`
	}
	if err := r.decodeBody(&in); err != nil {
		return nil, err
	}
	t, ok := r.corp.approvalTemplates[in.ID]
	if !ok {
		return nil, newAPIError(301026)
	}
	type content struct {
		Controls []controlReply `json:"controls"`
	}
	out := struct {
		Names   []langText `json:"template_names"`
		Content content    `json:"template_content"`
	}{Names: chineseText(t.Name), Content: content{[]controlReply{}}}
	for i := range t.Controls {
		out.Content.Controls = append(out.Content.Controls, t.Controls[i].toReply())
	}
	return out, nil
}

// approvalState is a submitted approval. Server.mu guards it.
type approvalState struct {
	number     string
	app        *appState
	template   ApprovalTemplate
	creator    string
	department int64
	appliedAt  time.Time
	status     int
	nodes      []*approvalNode
	contents   []approvalContent
}

// approvalNode is a step of an approval with the decisions made in it.
type approvalNode struct {
	Type     Int      `json:"type"`
	Relation Int      `json:"apv_rel"`
	UserIDs  []string `json:"userid"`
	votes    []approvalVote
}

type approvalVote struct {
	userID, speech string
	status         int // 2 agreed, 3 rejected
	time           time.Time
}

type applyBody struct {
	Creator     string `json:"creator_userid"`
	TemplateID  string `json:"template_id"`
	UseTemplate Int    `json:"use_template_approver"`
	Department  Int    `json:"choose_department"`
	Process     struct {
		Nodes []*approvalNode `json:"node_list"`
	} `json:"process"`
	Data struct {
		Contents []approvalContent `json:"contents"`
	} `json:"apply_data"`
	Summary []struct {
		Info []langText `json:"summary_info"`
	} `json:"summary_list"`
}

// applyForApproval implements oa/applyevent.
//
// https://developer.work.weixin.qq.com/document/path/91853
func (s *Server) applyForApproval(r *request) (any, *apiError) {
	var in applyBody
	if err := r.decodeBody(&in); err != nil {
		return nil, err
	}
	creator, err := r.visibleMember(in.Creator)
	if err != nil {
		return nil, err
	}
	t, ok := r.corp.approvalTemplates[in.TemplateID]
	if !ok {
		return nil, newAPIError(301026)
	}
	if in.UseTemplate == 1 {
		in.Process.Nodes = []*approvalNode{{Type: 1, Relation: 2, UserIDs: slices.Clone(t.Approvers)}}
	}
	if err := in.checkFields(s, r, t); err != nil {
		return nil, err
	}
	a := &approvalState{app: r.app, template: *t, creator: creator.UserID, department: creator.MainDepartment, appliedAt: s.currentTime(),
		status: ApprovalRunning, nodes: in.Process.Nodes, contents: in.Data.Contents}
	if in.Department != 0 {
		a.department = int64(in.Department)
	}
	r.corp.approvalCount++
	a.number = s.currentTime().UTC().Format("200601") + strconv.Itoa(r.corp.approvalCount+100000)
	insertBounded(r.corp.approvals, &r.corp.insertionOrder.approvals, s.limits.Records, a.number, a)
	r.events = append(r.events, s.newApprovalEvents(r.corp, a, 1)...)
	s.notifyChange(change{Kind: "approval", CorpID: r.corp.ID})
	return struct {
		Number string `json:"sp_no"`
	}{a.number}, nil
}

// visibleMember returns a member in the application's visible range.
func (r *request) visibleMember(userID string) (*memberState, *apiError) {
	m, ok := r.corp.members[foldUserID(userID)]
	switch {
	case !ok:
		return nil, newAPIError(60111)
	case !r.corp.seesMember(r.app, m):
		return nil, newAPIError(60011)
	}
	return m, nil
}

func (in *applyBody) checkFields(s *Server, r *request, t *ApprovalTemplate) *apiError {
	if len(in.Summary) < 1 || len(in.Summary) > 3 || len(in.Process.Nodes) == 0 {
		return newAPIError(301025)
	}
	for _, line := range in.Summary {
		for _, x := range line.Info {
			if utf8.RuneCountInString(x.Text) > 20 || (x.Lang != "zh_CN" && x.Lang != "en") {
				return newAPIError(301025)
			}
		}
	}
	for _, n := range in.Process.Nodes {
		if n.Type < 1 || n.Type > 3 || len(n.UserIDs) == 0 || (n.Type != 2 && (n.Relation < 1 || n.Relation > 3)) {
			return newAPIError(301025)
		}
		for i, u := range n.UserIDs {
			m, err := r.visibleMember(u)
			if err != nil {
				return err
			}
			n.UserIDs[i] = m.UserID
		}
	}
	return t.checkContents(s, r, in.Data.Contents)
}
