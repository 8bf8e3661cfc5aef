package approval

import (
	"context"
	"encoding/json"
	"fmt"
	"slices"
	"strings"

	"github.com/huimian/huimian/internal/actor"
	"github.com/huimian/huimian/internal/i18n"
	"github.com/huimian/huimian/internal/interview"
	"github.com/huimian/huimian/internal/validate"
	"github.com/huimian/huimian/wecom"
)

const (
	maxControls = 200 // of a template that are read
	maxLine     = 500 // characters of a Text control
	maxSummary  = 20  // characters of a line, WeCom's limit
)

// Source is the value that a control gets.
type Source string

const (
	Candidate Source = "candidate" // name
	Position  Source = "position"  // title
	Round     Source = "round"     // title of the interview
	Decision  Source = "decision"
	Reason    Source = "reason"  // comment of the decision
	Link      Source = "link"    // page of the interview; its address identifies the request
	Applicant Source = "decider" // the member who has decided
	Option    Source = "option"  // a fixed option of a selector
)

// textSources are the values of Text and Textarea controls.
var textSources = []Source{Candidate, Position, Round, Decision, Reason, Link, Applicant}

// Value is the value of a control as an administrator chooses it.
type Value struct {
	ControlID string
	Source    Source
	Option    string // key of Option
}

// Field is a control of the template with its value, as it was when the settings were stored.
type Field struct {
	ID       string `json:"id"`
	Control  string `json:"control"`
	Title    string `json:"title"`
	Required bool   `json:"required"`
	Multiple bool   `json:"multiple,omitempty"`
	Source   Source `json:"source"`
	Option   string `json:"option,omitempty"`
}

// Template is an approval template in WeCom.
type Template struct {
	Name     string
	Controls []Control
}

// Control is a control of a template.
type Control struct {
	ID       string
	Kind     string // Text, Textarea, Selector, Contact, …
	Title    string
	Required bool
	Multiple bool // of Selector and Contact
	Options  []ControlOption
	Sources  []Source // the values that it can get; none: it must not be required
}

// ControlOption is an option of a Selector.
type ControlOption struct{ Key, Title string }

// ReadTemplate returns a template from WeCom. It requires an administrator.
func (s *Service) ReadTemplate(ctx context.Context, a actor.Actor, templateID string) (*Template, error) {
	if err := a.Require(actor.EditSettings); err != nil {
		return nil, err
	}
	templateID = validate.CleanIdentifier(templateID)
	if templateID == "" || len(templateID) > maxTemplateID {
		var e validate.Errors
		e.Add("templateId", "approval.template_invalid")
		return nil, e.Err(false)
	}
	t, err := s.fetchTemplate(ctx, templateID)
	if err != nil {
		return nil, classifyFailure(err).newCallError(err)
	}
	return t, nil
}

func (s *Service) fetchTemplate(ctx context.Context, templateID string) (*Template, error) {
	found, err := s.Client.Approvals.GetTemplate(ctx, templateID)
	if err != nil {
		return nil, err
	}
	t := &Template{Name: chooseText(found.Names)}
	for n := range found.Content.Controls[:min(len(found.Content.Controls), maxControls)] {
		t.Controls = append(t.Controls, newControl(&found.Content.Controls[n]))
	}
	return t, nil
}

// chooseText returns the Chinese text, or the first one.
func chooseText(list []wecom.LangText) string {
	for _, t := range list {
		if t.Lang == "zh_CN" {
			return t.Text
		}
	}
	if len(list) == 0 {
		return ""
	}
	return list[0].Text
}

// controlConfig is the part of a configuration that decides which values are possible.
type controlConfig struct {
	Selector struct {
		Type    string `json:"type"`
		Options []struct {
			Key   string           `json:"key"`
			Value []wecom.LangText `json:"value"`
		} `json:"options"`
	} `json:"selector"`
	Contact struct {
		Type string `json:"type"`
		Mode string `json:"mode"`
	} `json:"contact"`
}

func newControl(c *wecom.ApprovalControl) Control {
	p := &c.Property
	out := Control{ID: p.ID, Kind: p.Control, Title: chooseText(p.Title), Required: bool(p.Require)}
	var config controlConfig
	if err := json.Unmarshal(c.Config, &config); err != nil {
		config = controlConfig{} // of a kind without these parts
	}
	switch p.Control {
	case "Text", "Textarea":
		out.Sources = textSources
	case "Selector":
		out.Multiple, out.Sources = config.Selector.Type == "multi", []Source{Option}
		for _, o := range config.Selector.Options[:min(len(config.Selector.Options), maxControls)] {
			out.Options = append(out.Options, ControlOption{o.Key, chooseText(o.Value)})
		}
	case "Contact":
		if config.Contact.Mode == "user" {
			out.Multiple, out.Sources = config.Contact.Type == "multi", []Source{Applicant}
		}
	}
	return out
}

func (t *Template) findControl(id string) *Control {
	n := slices.IndexFunc(t.Controls, func(c Control) bool { return c.ID == id })
	if n < 0 {
		return nil
	}
	return &t.Controls[n]
}

// checkValues checks the values against the template.
func (t *Template) checkValues(e *validate.Errors, values []Value) {
	used := map[Source]bool{}
	set := map[string]bool{}
	for n, v := range values {
		path := fmt.Sprintf("fields[%d]", n)
		c := t.findControl(v.ControlID)
		switch {
		case c == nil:
			e.Add(path, "approval.control_unknown")
			continue
		case set[c.ID]:
			e.Add(path, "approval.control_repeated", "Control", c.Title)
		case !slices.Contains(c.Sources, v.Source):
			e.Add(path, "approval.value_impossible", "Control", c.Title)
		case v.Source == Option && !slices.ContainsFunc(c.Options, func(o ControlOption) bool { return o.Key == v.Option }):
			e.Add(path, "approval.option_unknown", "Control", c.Title)
		}
		set[c.ID], used[v.Source] = true, true
	}
	for _, c := range t.Controls {
		if !c.Required || set[c.ID] || c.Kind == "Tips" {
			continue
		}
		if len(c.Sources) == 0 {
			e.Add("fields", "approval.control_unsupported", "Control", c.Title)
		} else {
			e.Add("fields", "approval.control_required", "Control", c.Title)
		}
	}
	if !used[Candidate] {
		e.Add("fields", "approval.candidate_missing")
	}
	if !used[Link] {
		e.Add("fields", "approval.link_missing")
	}
}

// fieldsFor returns the stored form of checked values, in the order of the template.
func (t *Template) fieldsFor(values []Value) []Field {
	out := []Field{}
	for _, c := range t.Controls {
		for _, v := range values {
			if v.ControlID == c.ID {
				out = append(out, Field{ID: c.ID, Control: c.Kind, Title: c.Title, Required: c.Required, Multiple: c.Multiple, Source: v.Source, Option: v.Option})
			}
		}
	}
	return out
}

// findChange returns the title of a control in which the template differs from the stored fields so that
// a request is refused, "" if there is none.
func (t *Template) findChange(fields []Field) string {
	for _, f := range fields {
		c := t.findControl(f.ID)
		if c == nil || c.Kind != f.Control || !slices.Contains(c.Sources, f.Source) ||
			f.Source == Option && !slices.ContainsFunc(c.Options, func(o ControlOption) bool { return o.Key == f.Option }) {
			return f.Title
		}
	}
	for _, c := range t.Controls {
		if c.Required && c.Kind != "Tips" && !slices.ContainsFunc(fields, func(f Field) bool { return f.ID == c.ID }) {
			return c.Title
		}
	}
	return ""
}

// content is the value of a control in a request.
type content struct {
	Field

	Text   string `json:"text,omitempty"`
	UserID string `json:"userId,omitempty"` // of a Contact
}

// newContents returns the values of the form about an interview, and the lines of the summary. The name
// of the applicant is filled in at the submission.
func (s *Service) newContents(c *Settings, r *Request, i *interview.Interview) {
	translate := func(id string, params map[string]any) string {
		return i18n.T(i18n.DefaultLanguage, "approval."+id, params)
	}
	texts := map[Source]string{
		Candidate: i.Candidate.Name, Position: i.Position.Title, Round: i.Title, Decision: translate("value.hire", nil), Reason: i.DecisionComment,
		Link: s.linkOf(r), Applicant: r.RequestedBy,
	}
	for _, f := range c.Fields {
		v := content{Field: f, Text: texts[f.Source]}
		switch f.Control {
		case "Text":
			v.Text = cutRunes(strings.Join(strings.Fields(v.Text), " "), maxLine)
		case "Contact":
			v.UserID = r.RequestedBy
		}
		if v.Text == "" && f.Source != Option {
			if !f.Required {
				continue
			}
			v.Text = translate("value.none", nil)
		}
		r.Contents = append(r.Contents, v)
	}
	r.Summary = []string{
		cutRunes(translate("summary.candidate", map[string]any{"Name": i.Candidate.Name}), maxSummary),
		cutRunes(translate("summary.position", map[string]any{"Title": i.Position.Title}), maxSummary),
		cutRunes(translate("summary.decision", map[string]any{"Decision": texts[Decision]}), maxSummary),
	}
}

// linkOf returns the page of the interview. The id of the request makes it unique.
func (s *Service) linkOf(r *Request) string {
	return s.PublicURL + "/interviews/" + r.InterviewID + "?approval=" + r.ID
}

func cutRunes(text string, limit int) string {
	if runes := []rune(text); len(runes) > limit {
		return string(runes[:limit-1]) + "…"
	}
	return text
}

// toRequest returns the request to WeCom.
func (r *Request) toRequest(applicant string) wecom.ApprovalRequest {
	out := wecom.ApprovalRequest{CreatorUserID: r.RequestedBy, TemplateID: r.TemplateID, Summary: r.Summary}
	for _, v := range r.Contents {
		switch {
		case v.Source == Option:
			out.Contents = append(out.Contents, wecom.ApprovalSelector(v.ID, v.Multiple, v.Option))
		case v.Control == "Contact":
			out.Contents = append(out.Contents, wecom.ApprovalContact(v.ID, wecom.SimpleUser{UserID: v.UserID, Name: applicant}))
		case v.Source == Applicant:
			out.Contents = append(out.Contents, wecom.ApprovalText(v.Control, v.ID, applicant))
		default:
			out.Contents = append(out.Contents, wecom.ApprovalText(v.Control, v.ID, v.Text))
		}
	}
	if len(r.Approvers) > 0 {
		out.Nodes = []wecom.ApprovalNode{{Type: wecom.ApprovalNodeApprover, Relation: relations[r.Relation], UserIDs: r.Approvers}}
	}
	return out
}

// containsLink reports whether the form of a request in WeCom has a link.
func containsLink(a *wecom.Approval, link string) bool {
	for _, v := range a.Data.Contents {
		var value struct {
			Text string `json:"text"`
		}
		if json.Unmarshal(v.Value, &value) == nil && value.Text == link {
			return true
		}
	}
	return false
}
