package office

import (
	"slices"
	"strconv"
	"unicode/utf8"

	"github.com/huimian/huimian/internal/simulator/bounded"
	"github.com/huimian/huimian/wecom/wecomtest/internal/contacts"
	"github.com/huimian/huimian/wecom/wecomtest/internal/core"
	"github.com/huimian/huimian/wecom/wecomtest/model"
)

// AddApprovalTemplate implements the method of wecomtest.Server.
func (s *Service) AddApprovalTemplate(t model.ApprovalTemplate) {
	if t.ID == "" {
		panic("wecomtest: AddApprovalTemplate needs an ID")
	}
	s.UpdateCorp(t.CorpID, func(c *core.CorpState) { c.ApprovalTemplates[t.ID] = &t })
}

func chineseText(text string) []core.LangText { return []core.LangText{{Text: text, Lang: "zh_CN"}} }

type controlReply struct {
	Property struct {
		Control     string          `json:"control"`
		ID          string          `json:"id"`
		Title       []core.LangText `json:"title"`
		Placeholder []core.LangText `json:"placeholder"`
		Require     int             `json:"require"`
		UnPrint     int             `json:"un_print"`
	} `json:"property"`
	Config map[string]any `json:"config"`
}

func selectionType(c *model.ApprovalControl) string {
	if c.Multiple {
		return "multi"
	}
	return "single"
}

func controlToReply(c *model.ApprovalControl) controlReply {
	var out controlReply
	p := &out.Property
	p.Control, p.ID, p.Title, p.Placeholder = c.Control, c.ID, chineseText(c.Title), []core.LangText{}
	if c.Required {
		p.Require = 1
	}
	out.Config = map[string]any{}
	switch c.Control {
	case "Selector":
		type option struct {
			Key   string          `json:"key"`
			Value []core.LangText `json:"value"`
		}
		options := []option{}
		for _, o := range c.Options {
			options = append(options, option{o.Key, chineseText(o.Value)})
		}
		out.Config["selector"] = map[string]any{"type": selectionType(c), "options": options}
	case "Contact":
		out.Config["contact"] = map[string]any{"type": selectionType(c), "mode": "user"}
	case "Date":
		out.Config["date"] = map[string]any{"type": "hour"}
	}
	return out
}

// getApprovalTemplate implements oa/gettemplatedetail.
func (s *Service) getApprovalTemplate(r *core.Request) (any, *core.APIError) {
	var in struct {
		ID string `json:"template_id"`
	}
	if err := r.DecodeBody(&in); err != nil {
		return nil, err
	}
	t, ok := r.Corp.ApprovalTemplates[in.ID]
	if !ok {
		return nil, core.NewAPIError(301026)
	}
	type content struct {
		Controls []controlReply `json:"controls"`
	}
	out := struct {
		Names   []core.LangText `json:"template_names"`
		Content content         `json:"template_content"`
	}{Names: chineseText(t.Name), Content: content{[]controlReply{}}}
	for i := range t.Controls {
		out.Content.Controls = append(out.Content.Controls, controlToReply(&t.Controls[i]))
	}
	return out, nil
}

type applyBody struct {
	Creator     string    `json:"creator_userid"`
	TemplateID  string    `json:"template_id"`
	UseTemplate model.Int `json:"use_template_approver"`
	Department  model.Int `json:"choose_department"`
	Process     struct {
		Nodes []*core.ApprovalNode `json:"node_list"`
	} `json:"process"`
	Data struct {
		Contents []core.ApprovalContent `json:"contents"`
	} `json:"apply_data"`
	Summary []struct {
		Info []core.LangText `json:"summary_info"`
	} `json:"summary_list"`
}

// applyForApproval implements oa/applyevent.
//
// https://developer.work.weixin.qq.com/document/path/91853
func (s *Service) applyForApproval(r *core.Request) (any, *core.APIError) {
	var in applyBody
	if err := r.DecodeBody(&in); err != nil {
		return nil, err
	}
	creator, err := contacts.VisibleMember(r, in.Creator)
	if err != nil {
		return nil, err
	}
	t, ok := r.Corp.ApprovalTemplates[in.TemplateID]
	if !ok {
		return nil, core.NewAPIError(301026)
	}
	if in.UseTemplate == 1 {
		in.Process.Nodes = []*core.ApprovalNode{{Type: 1, Relation: 2, UserIDs: slices.Clone(t.Approvers)}}
	}
	if err := checkApplyBody(&in, s, r, t); err != nil {
		return nil, err
	}
	a := &core.ApprovalState{App: r.App, Template: *t, Creator: creator.UserID, Department: creator.MainDepartment, AppliedAt: s.CurrentTime(),
		Status: model.ApprovalRunning, Nodes: in.Process.Nodes, Contents: in.Data.Contents}
	if in.Department != 0 {
		a.Department = int64(in.Department)
	}
	r.Corp.ApprovalCount++
	a.Number = s.CurrentTime().UTC().Format("200601") + strconv.Itoa(r.Corp.ApprovalCount+100000)
	bounded.Insert(r.Corp.Approvals, &r.Corp.InsertionOrder.Approvals, s.Limits.Records, a.Number, a)
	r.Events = append(r.Events, s.newApprovalEvents(r.Corp, a, 1)...)
	s.NotifyChange(core.Change{Kind: "approval", CorpID: r.Corp.ID})
	return struct {
		Number string `json:"sp_no"`
	}{a.Number}, nil
}

func checkApplyBody(in *applyBody, s *Service, r *core.Request, t *model.ApprovalTemplate) *core.APIError {
	if len(in.Summary) < 1 || len(in.Summary) > 3 || len(in.Process.Nodes) == 0 {
		return core.NewAPIError(301025)
	}
	for _, line := range in.Summary {
		for _, x := range line.Info {
			if utf8.RuneCountInString(x.Text) > 20 || (x.Lang != "zh_CN" && x.Lang != "en") {
				return core.NewAPIError(301025)
			}
		}
	}
	for _, n := range in.Process.Nodes {
		if n.Type < 1 || n.Type > 3 || len(n.UserIDs) == 0 || (n.Type != 2 && (n.Relation < 1 || n.Relation > 3)) {
			return core.NewAPIError(301025)
		}
		for i, u := range n.UserIDs {
			m, err := contacts.VisibleMember(r, u)
			if err != nil {
				return err
			}
			n.UserIDs[i] = m.UserID
		}
	}
	return checkApprovalContents(t, s, r, in.Data.Contents)
}
