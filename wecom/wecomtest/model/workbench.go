package model

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
