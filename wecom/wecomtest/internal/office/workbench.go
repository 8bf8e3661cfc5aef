package office

import (
	"time"
	"unicode/utf8"

	"github.com/huimian/huimian/wecom/wecomtest/internal/contacts"
	"github.com/huimian/huimian/wecom/wecomtest/internal/core"
	"github.com/huimian/huimian/wecom/wecomtest/model"
)

const workbenchMinute = 10 // changes per member

// workbenchOf returns the tile of a member.
func workbenchOf(b *core.WorkbenchState, userID string) model.Workbench {
	if w, ok := b.Data[core.FoldUserID(userID)]; ok {
		return w
	}
	if b.Template.Type == "" {
		return model.Workbench{Type: "normal"}
	}
	return b.Template
}

// Workbench implements the method of wecomtest.Server.
func (s *Service) Workbench(corpID, userID string, agentID int64) model.Workbench {
	s.Mu.Lock()
	defer s.Mu.Unlock()
	if a := s.FindApp(corpID, agentID); a != nil {
		return workbenchOf(&a.Workbench, userID)
	}
	return model.Workbench{}
}

func checkWorkbench(w *model.Workbench) *core.APIError {
	page := func(name string, p *model.WorkbenchPage) *core.APIError {
		if p != nil && !core.IsHTTPURL(p.URL) {
			return core.InvalidParam(name + ".url")
		}
		return nil
	}
	switch w.Type {
	case "normal":
		return nil
	case "keydata":
		return checkWorkbenchItems(w.KeyData, "keydata", 4, func(i model.WorkbenchItem) bool {
			return i.Data != "" && utf8.RuneCountInString(i.Data) <= 64 && utf8.RuneCountInString(i.Key) <= 64
		})
	case "list":
		return checkWorkbenchItems(w.List, "list", 3, func(i model.WorkbenchItem) bool { return i.Title != "" && len(i.Title) <= 128 })
	case "image":
		return page("image", w.Image)
	case "webview":
		if w.WebView != nil && w.WebView.Height != "" && w.WebView.Height != "single_row" && w.WebView.Height != "double_row" {
			return core.InvalidParam("webview.height")
		}
		return page("webview", w.WebView)
	}
	return core.InvalidParam("type")
}

func checkWorkbenchItems(l *model.WorkbenchItems, name string, limit int, fits func(model.WorkbenchItem) bool) *core.APIError {
	if l == nil {
		return nil
	}
	if len(l.Items) > limit {
		return core.InvalidParam(name + ".items")
	}
	for _, i := range l.Items {
		if !fits(i) || len(i.JumpURL) > 1024 || len(i.PagePath) > 1024 {
			return core.InvalidParam(name + ".items")
		}
	}
	return nil
}

// isEmptyWorkbench reports whether the field of the type is absent, which is allowed for templates only.
func isEmptyWorkbench(w *model.Workbench) bool {
	return w.KeyData == nil && w.Image == nil && w.List == nil && w.WebView == nil
}

type workbenchBody struct {
	AgentID *model.Int `json:"agentid"`
	UserID  string     `json:"userid"`
	UserIDs []string   `json:"userid_list"`
	model.Workbench
	Replace bool             `json:"replace_user_data"`
	Data    *model.Workbench `json:"data"`
}

// decodeWorkbench decodes a request for the application's tile and checks the application.
func decodeWorkbench(r *core.Request) (*workbenchBody, *core.APIError) {
	var in workbenchBody
	if err := r.DecodeBody(&in); err != nil {
		return nil, err
	}
	switch {
	case !core.IsGivenInt(in.AgentID):
		return nil, core.NewAPIError(41011)
	case int64(*in.AgentID) != r.App.AgentID:
		return nil, core.NewAPIError(301002)
	case !r.App.CustomWorkbench:
		return nil, core.NewAPIError(94000)
	}
	return &in, nil
}

// setWorkbenchTemplate implements agent/set_workbench_template.
func (s *Service) setWorkbenchTemplate(r *core.Request) (any, *core.APIError) {
	in, err := decodeWorkbench(r)
	if err != nil {
		return nil, err
	}
	if err := checkWorkbench(&in.Workbench); err != nil {
		return nil, err
	}
	b := &r.App.Workbench
	if in.Replace || in.Type != b.Template.Type {
		b.Data = nil // the data are of another type
	}
	b.Template = in.Workbench
	s.NotifyChange(core.Change{Kind: "directory", CorpID: r.Corp.ID})
	return nil, nil
}

// getWorkbenchTemplate implements agent/get_workbench_template.
func (s *Service) getWorkbenchTemplate(r *core.Request) (any, *core.APIError) {
	if _, err := decodeWorkbench(r); err != nil {
		return nil, err
	}
	return struct {
		model.Workbench
		Replace bool `json:"replace_user_data"`
	}{workbenchOf(&r.App.Workbench, ""), false}, nil
}

// setWorkbenchData implements agent/set_workbench_data.
func (s *Service) setWorkbenchData(r *core.Request) (any, *core.APIError) {
	in, err := decodeWorkbench(r)
	if err != nil {
		return nil, err
	}
	return nil, s.setWorkbenchTiles(r, []string{in.UserID}, &in.Workbench, true)
}

// batchSetWorkbenchData implements agent/batch_set_workbench_data.
func (s *Service) batchSetWorkbenchData(r *core.Request) (any, *core.APIError) {
	in, err := decodeWorkbench(r)
	switch {
	case err != nil:
		return nil, err
	case in.Data == nil:
		return nil, core.InvalidParam("data")
	case len(in.UserIDs) == 0 || len(in.UserIDs) > 1000:
		return nil, core.NewAPIError(40032)
	}
	return nil, s.setWorkbenchTiles(r, in.UserIDs, in.Data, false)
}

// setWorkbenchTiles sets the tiles of all members, or of none if one is invalid.
func (s *Service) setWorkbenchTiles(r *core.Request, users []string, w *model.Workbench, counted bool) *core.APIError {
	b := &r.App.Workbench
	for _, u := range users {
		if _, err := contacts.VisibleMember(r, u); err != nil {
			return err
		}
	}
	if w.Type == "normal" || w.Type != b.Template.Type || isEmptyWorkbench(w) {
		return core.InvalidParam("type")
	}
	if err := checkWorkbench(w); err != nil {
		return err
	}
	if b.Data == nil {
		b.Data = map[string]model.Workbench{}
	}
	if b.Minutes == nil {
		b.Minutes = map[string]*core.Window{}
	}
	for _, u := range users {
		if b.Minutes[core.FoldUserID(u)] == nil {
			b.Minutes[core.FoldUserID(u)] = &core.Window{}
		}
		if counted && !b.Minutes[core.FoldUserID(u)].CountEvent(s.CurrentTime(), time.Minute, workbenchMinute) && !s.Config().NoQuotas {
			return core.NewAPIError(45009)
		}
		b.Data[core.FoldUserID(u)] = *w
	}
	return nil
}

// getWorkbenchData implements agent/get_workbench_data.
func (s *Service) getWorkbenchData(r *core.Request) (any, *core.APIError) {
	in, err := decodeWorkbench(r)
	if err != nil {
		return nil, err
	}
	if _, err := contacts.VisibleMember(r, in.UserID); err != nil {
		return nil, err
	}
	return struct {
		Data model.Workbench `json:"data"`
	}{workbenchOf(&r.App.Workbench, in.UserID)}, nil
}
