package wecomtest

import (
	"time"
	"unicode/utf8"
)

const workbenchMinute = 10 // changes per member

// Workbench is the content of an application's tile in the workbench: its type and the field of
// that name.
//
// https://developer.work.weixin.qq.com/document/path/92535
type Workbench struct {
	Type    string          `json:"type"` // normal, keydata, image, list, webview
	KeyData *WorkbenchItems `json:"keydata,omitempty"`
	Image   *WorkbenchPage  `json:"image,omitempty"`
	List    *WorkbenchItems `json:"list,omitempty"`
	WebView *WorkbenchPage  `json:"webview,omitempty"`
}

// WorkbenchItems are key data (Key, Data) or list items (Title).
type WorkbenchItems struct {
	Items []WorkbenchItem `json:"items"`
}

// WorkbenchItem is an item of key data or of a list.
type WorkbenchItem struct {
	Key      string `json:"key,omitempty"`
	Data     string `json:"data,omitempty"`
	Title    string `json:"title,omitempty"`
	JumpURL  string `json:"jump_url,omitempty"`
	PagePath string `json:"pagepath,omitempty"`
}

// WorkbenchPage is an image or a web page.
type WorkbenchPage struct {
	URL                string `json:"url"`
	JumpURL            string `json:"jump_url,omitempty"`
	PagePath           string `json:"pagepath,omitempty"`
	Height             string `json:"height,omitempty"`
	HideTitle          bool   `json:"hide_title,omitempty"`
	EnableWebViewClick bool   `json:"enable_webview_click,omitempty"`
}

// workbenchState holds the tile of an application. Server.mu guards it.
type workbenchState struct {
	template Workbench
	data     map[string]Workbench // by folded user id
	minutes  map[string]*window
}

// forUser returns the tile of a member.
func (b *workbenchState) forUser(userID string) Workbench {
	if w, ok := b.data[foldUserID(userID)]; ok {
		return w
	}
	if b.template.Type == "" {
		return Workbench{Type: "normal"}
	}
	return b.template
}

// Workbench returns the tile of an application as a member sees it.
func (s *Server) Workbench(corpID, userID string, agentID int64) Workbench {
	s.init()
	s.mu.Lock()
	defer s.mu.Unlock()
	if a := s.findApp(corpID, agentID); a != nil {
		return a.workbench.forUser(userID)
	}
	return Workbench{}
}

func (w *Workbench) checkFields() *apiError {
	page := func(name string, p *WorkbenchPage) *apiError {
		if p != nil && !isHTTPURL(p.URL) {
			return invalidParam(name + ".url")
		}
		return nil
	}
	switch w.Type {
	case "normal":
		return nil
	case "keydata":
		return w.KeyData.checkFields("keydata", 4, func(i WorkbenchItem) bool {
			return i.Data != "" && utf8.RuneCountInString(i.Data) <= 64 && utf8.RuneCountInString(i.Key) <= 64
		})
	case "list":
		return w.List.checkFields("list", 3, func(i WorkbenchItem) bool { return i.Title != "" && len(i.Title) <= 128 })
	case "image":
		return page("image", w.Image)
	case "webview":
		if w.WebView != nil && w.WebView.Height != "" && w.WebView.Height != "single_row" && w.WebView.Height != "double_row" {
			return invalidParam("webview.height")
		}
		return page("webview", w.WebView)
	}
	return invalidParam("type")
}

func (l *WorkbenchItems) checkFields(name string, limit int, fits func(WorkbenchItem) bool) *apiError {
	if l == nil {
		return nil
	}
	if len(l.Items) > limit {
		return invalidParam(name + ".items")
	}
	for _, i := range l.Items {
		if !fits(i) || len(i.JumpURL) > 1024 || len(i.PagePath) > 1024 {
			return invalidParam(name + ".items")
		}
	}
	return nil
}

// isEmpty reports whether the field of the type is absent, which is allowed for templates only.
func (w *Workbench) isEmpty() bool {
	return w.KeyData == nil && w.Image == nil && w.List == nil && w.WebView == nil
}

type workbenchBody struct {
	AgentID *Int     `json:"agentid"`
	UserID  string   `json:"userid"`
	UserIDs []string `json:"userid_list"`
	Workbench
	Replace bool       `json:"replace_user_data"`
	Data    *Workbench `json:"data"`
}

// decodeWorkbench decodes a request for the application's tile and checks the application.
func (r *request) decodeWorkbench() (*workbenchBody, *apiError) {
	var in workbenchBody
	if err := r.decodeBody(&in); err != nil {
		return nil, err
	}
	switch {
	case in.AgentID == nil:
		return nil, newAPIError(41011)
	case int64(*in.AgentID) != r.app.AgentID:
		return nil, newAPIError(301002)
	case !r.app.CustomWorkbench:
		return nil, newAPIError(94000)
	}
	return &in, nil
}

// setWorkbenchTemplate implements agent/set_workbench_template.
func (s *Server) setWorkbenchTemplate(r *request) (any, *apiError) {
	in, err := r.decodeWorkbench()
	if err != nil {
		return nil, err
	}
	if err := in.checkFields(); err != nil {
		return nil, err
	}
	b := &r.app.workbench
	if in.Replace || in.Type != b.template.Type {
		b.data = nil // the data are of another type
	}
	b.template = in.Workbench
	s.notifyChange(change{Kind: "directory", CorpID: r.corp.ID})
	return nil, nil
}

// getWorkbenchTemplate implements agent/get_workbench_template.
func (s *Server) getWorkbenchTemplate(r *request) (any, *apiError) {
	if _, err := r.decodeWorkbench(); err != nil {
		return nil, err
	}
	return struct {
		Workbench
		Replace bool `json:"replace_user_data"`
	}{r.app.workbench.forUser(""), false}, nil
}

// setWorkbenchData implements agent/set_workbench_data.
func (s *Server) setWorkbenchData(r *request) (any, *apiError) {
	in, err := r.decodeWorkbench()
	if err != nil {
		return nil, err
	}
	return nil, s.setWorkbenchTiles(r, []string{in.UserID}, &in.Workbench, true)
}

// batchSetWorkbenchData implements agent/batch_set_workbench_data.
func (s *Server) batchSetWorkbenchData(r *request) (any, *apiError) {
	in, err := r.decodeWorkbench()
	switch {
	case err != nil:
		return nil, err
	case in.Data == nil:
		return nil, invalidParam("data")
	case len(in.UserIDs) == 0 || len(in.UserIDs) > 1000:
		return nil, newAPIError(40032)
	}
	return nil, s.setWorkbenchTiles(r, in.UserIDs, in.Data, false)
}

// setWorkbenchTiles sets the tiles of all members, or of none if one is invalid.
func (s *Server) setWorkbenchTiles(r *request, users []string, w *Workbench, counted bool) *apiError {
	b := &r.app.workbench
	for _, u := range users {
		if _, err := r.visibleMember(u); err != nil {
			return err
		}
	}
	if w.Type == "normal" || w.Type != b.template.Type || w.isEmpty() {
		return invalidParam("type")
	}
	if err := w.checkFields(); err != nil {
		return err
	}
	if b.data == nil {
		b.data = map[string]Workbench{}
	}
	if b.minutes == nil {
		b.minutes = map[string]*window{}
	}
	for _, u := range users {
		if b.minutes[foldUserID(u)] == nil {
			b.minutes[foldUserID(u)] = &window{}
		}
		if counted && !b.minutes[foldUserID(u)].countEvent(s.currentTime(), time.Minute, workbenchMinute) && !s.NoQuotas {
			return newAPIError(45009)
		}
		b.data[foldUserID(u)] = *w
	}
	return nil
}

// getWorkbenchData implements agent/get_workbench_data.
func (s *Server) getWorkbenchData(r *request) (any, *apiError) {
	in, err := r.decodeWorkbench()
	if err != nil {
		return nil, err
	}
	if _, err := r.visibleMember(in.UserID); err != nil {
		return nil, err
	}
	return struct {
		Data Workbench `json:"data"`
	}{r.app.workbench.forUser(in.UserID)}, nil
}
