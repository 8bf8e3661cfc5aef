package office

import (
	"encoding/json"
	"regexp"
	"slices"
	"strconv"
	"strings"

	"github.com/huimian/huimian/wecom/wecomtest/internal/contacts"
	"github.com/huimian/huimian/wecom/wecomtest/internal/core"
	"github.com/huimian/huimian/wecom/wecomtest/model"
)

// approvalValue holds the value of any supported control.
type approvalValue struct {
	Text   *string `json:"text"`
	Number string  `json:"new_number"`
	Money  string  `json:"new_money"`
	Date   struct {
		Type      string `json:"type"`
		Timestamp string `json:"s_timestamp"`
	} `json:"date"`
	Selector struct {
		Type    string `json:"type"`
		Options []struct {
			Key string `json:"key"`
		} `json:"options"`
	} `json:"selector"`
	Members []struct {
		UserID string `json:"userid"`
	} `json:"members"`
	Files []struct {
		FileID string `json:"file_id"`
	} `json:"files"`
}

// checkApprovalContents checks the submitted values against the template: every control exists, and every
// required control has a value.
func checkApprovalContents(t *model.ApprovalTemplate, s *Service, r *core.Request, list []core.ApprovalContent) *core.APIError {
	filled := map[string]bool{}
	for i := range list {
		at := slices.IndexFunc(t.Controls, func(c model.ApprovalControl) bool { return c.ID == list[i].ID })
		if at < 0 || t.Controls[at].Control != list[i].Control || filled[list[i].ID] {
			return core.NewAPIError(301025)
		}
		c := &t.Controls[at]
		var v approvalValue
		if json.Unmarshal(list[i].Value, &v) != nil || !acceptsValue(c, s, r, &v) {
			return core.NewAPIErrorf(301025, "invalid value of %s", c.ID)
		}
		filled[c.ID] = true
		list[i].Title = chineseText(c.Title)
	}
	for _, c := range t.Controls {
		if c.Required && !filled[c.ID] {
			return core.NewAPIErrorf(301025, "%s is required", c.ID)
		}
	}
	return nil
}

var decimalPattern = regexp.MustCompile(`^-?[0-9]+(\.[0-9]+)?$`)

// acceptsValue reports whether a value is valid for the control. Controls of other types accept any
// value.
func acceptsValue(c *model.ApprovalControl, s *Service, r *core.Request, v *approvalValue) bool {
	switch c.Control {
	case "Text":
		return v.Text != nil && !strings.Contains(*v.Text, "\n") && (*v.Text != "" || !c.Required)
	case "Textarea":
		return v.Text != nil && (*v.Text != "" || !c.Required)
	case "Number":
		return decimalPattern.MatchString(v.Number)
	case "Money":
		return decimalPattern.MatchString(v.Money)
	case "Date":
		_, err := strconv.ParseInt(v.Date.Timestamp, 10, 64)
		return err == nil && (v.Date.Type == "day" || v.Date.Type == "hour")
	case "Selector":
		return acceptsSelection(c, v)
	case "Contact":
		known := func(id string) bool { _, err := contacts.VisibleMember(r, id); return err == nil }
		return len(v.Members) > 0 && (c.Multiple || len(v.Members) == 1) &&
			!slices.ContainsFunc(v.Members, func(m struct {
				UserID string `json:"userid"`
			}) bool {
				return !known(m.UserID)
			})
	case "File":
		return acceptsFiles(s, r, v)
	}
	return true
}

func acceptsSelection(c *model.ApprovalControl, v *approvalValue) bool {
	n := len(v.Selector.Options)
	if n == 0 || v.Selector.Type != selectionType(c) || (!c.Multiple && n > 1) {
		return false
	}
	for _, o := range v.Selector.Options {
		if !slices.ContainsFunc(c.Options, func(x model.ApprovalOption) bool { return x.Key == o.Key }) {
			return false
		}
	}
	return true
}

func acceptsFiles(s *Service, r *core.Request, v *approvalValue) bool {
	for _, f := range v.Files {
		if _, err := s.FindMedia(r.Corp, f.FileID, ""); err != nil {
			return false
		}
	}
	return len(v.Files) > 0 && len(v.Files) <= 6
}
