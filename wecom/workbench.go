package wecom

import "context"

// WorkbenchService sets the content of the app's tile in the workbench (工作台).
// An administrator must switch its custom mode on first; otherwise WeCom
// returns 94000.
// See https://developer.work.weixin.qq.com/document/path/92535
type WorkbenchService struct{ client *Client }

// Types of workbench tile.
const (
	WorkbenchTypeNormal  = "normal" // default tile without custom content
	WorkbenchTypeKeyData = "keydata"
	WorkbenchTypeImage   = "image"
	WorkbenchTypeList    = "list"
	WorkbenchTypeWebView = "webview"
)

// Workbench is the content of a tile: its type, and the field of that type.
type Workbench struct {
	Type    string            `json:"type"`
	KeyData *WorkbenchKeyData `json:"keydata,omitempty"`
	Image   *WorkbenchImage   `json:"image,omitempty"`
	List    *WorkbenchList    `json:"list,omitempty"`
	WebView *WorkbenchWebView `json:"webview,omitempty"`
	// ReplaceUserData, in a template, overwrites the content set for single
	// members.
	ReplaceUserData bool `json:"replace_user_data,omitempty"`
}

// WorkbenchKeyData is a list of at most 4 figures.
type WorkbenchKeyData struct {
	Items []WorkbenchKeyDataItem `json:"items"`
}

// WorkbenchKeyDataItem is a figure with its label, at most 64 characters each.
type WorkbenchKeyDataItem struct {
	Key      string `json:"key,omitempty"`
	Data     string `json:"data"`
	JumpURL  string `json:"jump_url,omitempty"`
	PagePath string `json:"pagepath,omitempty"`
}

// WorkbenchImage is an image with an aspect ratio of 3.35 to 1.
type WorkbenchImage struct {
	URL      string `json:"url"`
	JumpURL  string `json:"jump_url,omitempty"`
	PagePath string `json:"pagepath,omitempty"`
}

// WorkbenchList is a list of at most 3 lines.
type WorkbenchList struct {
	Items []WorkbenchListItem `json:"items"`
}

// WorkbenchListItem is a line of at most 128 bytes.
type WorkbenchListItem struct {
	Title    string `json:"title"`
	JumpURL  string `json:"jump_url,omitempty"`
	PagePath string `json:"pagepath,omitempty"`
}

// WorkbenchWebView is a web page inside the tile.
type WorkbenchWebView struct {
	URL                string `json:"url"`
	JumpURL            string `json:"jump_url,omitempty"`
	PagePath           string `json:"pagepath,omitempty"`
	Height             string `json:"height,omitempty"` // single_row or double_row
	HideTitle          bool   `json:"hide_title,omitempty"`
	EnableWebViewClick bool   `json:"enable_webview_click,omitempty"`
}

func (w *Workbench) checkFields(k *fieldChecker) {
	for kind, filled := range map[string]bool{
		WorkbenchTypeKeyData: w.KeyData != nil, WorkbenchTypeImage: w.Image != nil,
		WorkbenchTypeList: w.List != nil, WorkbenchTypeWebView: w.WebView != nil,
	} {
		if filled && kind != w.Type {
			k.Reject(kind, "is set, but type is "+w.Type)
		}
	}
	if w.KeyData != nil {
		k.CheckCount("keydata.items", len(w.KeyData.Items), 0, 4)
		for i, item := range w.KeyData.Items {
			k.CheckRunes(indexedField("keydata.items", i)+".key", item.Key, 64)
			k.CheckRequired(indexedField("keydata.items", i)+".data", item.Data)
			k.CheckRunes(indexedField("keydata.items", i)+".data", item.Data, 64)
		}
	}
	if w.List != nil {
		k.CheckCount("list.items", len(w.List.Items), 0, 3)
		for i, item := range w.List.Items {
			k.CheckRequired(indexedField("list.items", i)+".title", item.Title)
			k.CheckBytes(indexedField("list.items", i)+".title", item.Title, 128)
		}
	}
}

// SetTemplate sets the type of the app's tile and its default content, for
// members without content of their own.
// See https://developer.work.weixin.qq.com/document/path/92535
func (s *WorkbenchService) SetTemplate(ctx context.Context, w Workbench) error {
	var k fieldChecker
	if w.checkFields(&k); k.firstError() != nil {
		return k.firstError()
	}
	body := struct {
		AgentID int64 `json:"agentid"`
		Workbench
	}{s.client.agentID, w}
	return s.client.doCall(ctx, s.client.postCall("/cgi-bin/agent/set_workbench_template", body), &struct{ envelope }{})
}

// GetTemplate returns the type of the app's tile and its default content.
// See https://developer.work.weixin.qq.com/document/path/92535
func (s *WorkbenchService) GetTemplate(ctx context.Context) (*Workbench, error) {
	body := struct {
		AgentID int64 `json:"agentid"`
	}{s.client.agentID}
	var reply struct {
		envelope
		Workbench
	}
	op := s.client.postCall("/cgi-bin/agent/get_workbench_template", body)
	op.idempotent = true
	if err := s.client.doCall(ctx, op, &reply); err != nil {
		return nil, err
	}
	return &reply.Workbench, nil
}

// SetData sets the tile content of one member, at most 10 times a minute.
// See https://developer.work.weixin.qq.com/document/path/92535
func (s *WorkbenchService) SetData(ctx context.Context, userID string, w Workbench) error {
	var k fieldChecker
	k.CheckRequired("userid", userID)
	if w.checkFields(&k); k.firstError() != nil {
		return k.firstError()
	}
	body := struct {
		AgentID int64  `json:"agentid"`
		UserID  string `json:"userid"`
		Workbench
	}{s.client.agentID, userID, w}
	op := s.client.postCall("/cgi-bin/agent/set_workbench_data", body)
	op.idempotent = true // repeating it has no further effect
	return s.client.doCall(ctx, op, &struct{ envelope }{})
}

// BatchSetData sets the tile content of at most 1,000 members.
// See https://developer.work.weixin.qq.com/document/path/92535
func (s *WorkbenchService) BatchSetData(ctx context.Context, userIDs []string, w Workbench) error {
	var k fieldChecker
	k.CheckCount("userid_list", len(userIDs), 1, 1000)
	if w.checkFields(&k); k.firstError() != nil {
		return k.firstError()
	}
	body := struct {
		AgentID int64     `json:"agentid"`
		UserIDs []string  `json:"userid_list"`
		Data    Workbench `json:"data"`
	}{s.client.agentID, userIDs, w}
	op := s.client.postCall("/cgi-bin/agent/batch_set_workbench_data", body)
	op.idempotent = true
	return s.client.doCall(ctx, op, &struct{ envelope }{})
}

// GetData returns the tile content of one member.
// See https://developer.work.weixin.qq.com/document/path/92535
func (s *WorkbenchService) GetData(ctx context.Context, userID string) (*Workbench, error) {
	body := struct {
		AgentID int64  `json:"agentid"`
		UserID  string `json:"userid"`
	}{s.client.agentID, userID}
	var reply struct {
		envelope
		Data Workbench `json:"data"`
	}
	op := s.client.postCall("/cgi-bin/agent/get_workbench_data", body)
	op.idempotent = true
	if err := s.client.doCall(ctx, op, &reply); err != nil {
		return nil, err
	}
	return &reply.Data, nil
}
