package wecomtest

import (
	"encoding/json"
	"regexp"
	"slices"
	"strconv"
	"strings"
)

// approvalContent is the value of one control.
type approvalContent struct {
	Control string          `json:"control"`
	ID      string          `json:"id"`
	Title   []langText      `json:"title"` // only in replies
	Value   json.RawMessage `json:"value"`
}

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

// checkContents checks the submitted values against the template: every control exists, and every
// required control has a value.
func (t *ApprovalTemplate) checkContents(s *Server, r *request, list []approvalContent) *apiError {
	filled := map[string]bool{}
	for i := range list {
		at := slices.IndexFunc(t.Controls, func(c ApprovalControl) bool { return c.ID == list[i].ID })
		if at < 0 || t.Controls[at].Control != list[i].Control || filled[list[i].ID] {
			return newAPIError(301025)
		}
		c := &t.Controls[at]
		var v approvalValue
		if json.Unmarshal(list[i].Value, &v) != nil || !c.acceptsValue(s, r, &v) {
			return newAPIErrorf(301025, "invalid value of %s", c.ID)
		}
		filled[c.ID] = true
		list[i].Title = chineseText(c.Title)
	}
	for _, c := range t.Controls {
		if c.Required && !filled[c.ID] {
			return newAPIErrorf(301025, "%s is required", c.ID)
		}
	}
	return nil
}

var decimalPattern = regexp.MustCompile(`^-?[0-9]+(\.[0-9]+)?$`)

// acceptsValue reports whether a value is valid for the control. Controls of other types accept any
// value.
func (c *ApprovalControl) acceptsValue(s *Server, r *request, v *approvalValue) bool {
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
		return c.acceptsSelection(v)
	case "Contact":
		known := func(id string) bool { _, err := r.visibleMember(id); return err == nil }
		return len(v.Members) > 0 && (c.Multiple || len(v.Members) == 1) &&
			!slices.ContainsFunc(v.Members, func(m struct {
				UserID string `json:"userid"`
			}) bool {
				return !known(m.UserID)
			})
	case "File":
		return c.acceptsFiles(s, r, v)
	}
	return true
}

func (c *ApprovalControl) acceptsSelection(v *approvalValue) bool {
	n := len(v.Selector.Options)
	if n == 0 || v.Selector.Type != c.selectionType() || (!c.Multiple && n > 1) {
		return false
	}
	for _, o := range v.Selector.Options {
		if !slices.ContainsFunc(c.Options, func(x ApprovalOption) bool { return x.Key == o.Key }) {
			return false
		}
	}
	return true
}

func (c *ApprovalControl) acceptsFiles(s *Server, r *request, v *approvalValue) bool {
	for _, f := range v.Files {
		if _, err := s.findMedia(r.corp, f.FileID, ""); err != nil {
			return false
		}
	}
	return len(v.Files) > 0 && len(v.Files) <= 6
}
