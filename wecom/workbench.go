package wecom

import "context"

// WorkbenchService fills the app's tile in the workbench (工作台). An
// administrator has to switch its custom mode on first, or WeCom answers 94000.
// See https://developer.work.weixin.qq.com/document/path/92535
type WorkbenchService struct{ client *Client }

// The types of workbench tile.
const (
	WorkbenchTypeNormal  = "normal" // as without custom mode
	WorkbenchTypeKeyData = "keydata"
	WorkbenchTypeImage   = "image"
	WorkbenchTypeList    = "list"
	WorkbenchTypeWebView = "webview"
)

// Workbench is what a tile shows: its type, and the field of that name.
type Workbench struct {
	Type    string            `json:"type"`
	KeyData *WorkbenchKeyData `json:"keydata,omitempty"`
	Image   *WorkbenchImage   `json:"image,omitempty"`
	List    *WorkbenchList    `json:"list,omitempty"`
	WebView *WorkbenchWebView `json:"webview,omitempty"`
	// ReplaceUserData, of a template, overwrites what members were given.
	ReplaceUserData bool `json:"replace_user_data,omitempty"`
}

// WorkbenchKeyData are at most 4 figures.
type WorkbenchKeyData struct {
	Items []WorkbenchKeyDataItem `json:"items"`
}

// WorkbenchKeyDataItem is a figure with its name, at most 64 characters each.
type WorkbenchKeyDataItem struct {
	Key      string `json:"key,omitempty"`
	Data     string `json:"data"`
	JumpURL  string `json:"jump_url,omitempty"`
	PagePath string `json:"pagepath,omitempty"`
}

// WorkbenchImage is a picture of 3.35 to 1.
type WorkbenchImage struct {
	URL      string `json:"url"`
	JumpURL  string `json:"jump_url,omitempty"`
	PagePath string `json:"pagepath,omitempty"`
}

// WorkbenchList are at most 3 lines.
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
			k.addError(kind, "is set, but type is "+w.Type)
		}
	}
	if w.KeyData != nil {
		k.checkCount("keydata.items", len(w.KeyData.Items), 0, 4)
		for i, item := range w.KeyData.Items {
			k.checkRunes(indexedField("keydata.items", i)+".key", item.Key, 64)
			k.checkRequired(indexedField("keydata.items", i)+".data", item.Data)
			k.checkRunes(indexedField("keydata.items", i)+".data", item.Data, 64)
		}
	}
	if w.List != nil {
		k.checkCount("list.items", len(w.List.Items), 0, 3)
		for i, item := range w.List.Items {
			k.checkRequired(indexedField("list.items", i)+".title", item.Title)
			k.checkBytes(indexedField("list.items", i)+".title", item.Title, 128)
		}
	}
}

// SetTemplate sets the type of the app's tile, and what it shows to members
// who were given nothing of their own.
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

// GetTemplate reads the type of the app's tile and its default content.
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

// SetData sets what one member's tile shows, at most 10 times a minute.
// See https://developer.work.weixin.qq.com/document/path/92535
func (s *WorkbenchService) SetData(ctx context.Context, userID string, w Workbench) error {
	var k fieldChecker
	k.checkRequired("userid", userID)
	if w.checkFields(&k); k.firstError() != nil {
		return k.firstError()
	}
	body := struct {
		AgentID int64  `json:"agentid"`
		UserID  string `json:"userid"`
		Workbench
	}{s.client.agentID, userID, w}
	op := s.client.postCall("/cgi-bin/agent/set_workbench_data", body)
	op.idempotent = true // the same twice is the same as once
	return s.client.doCall(ctx, op, &struct{ envelope }{})
}

// BatchSetData sets what the tiles of at most 1,000 members show.
// See https://developer.work.weixin.qq.com/document/path/92535
func (s *WorkbenchService) BatchSetData(ctx context.Context, userIDs []string, w Workbench) error {
	var k fieldChecker
	k.checkCount("userid_list", len(userIDs), 1, 1000)
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

// GetData reads what one member's tile shows.
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
