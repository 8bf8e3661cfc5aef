package wecom

import (
	"context"
	"net/url"
	"strconv"
)

// MenuService manages the menu at the bottom of the app's chat.
// See https://developer.work.weixin.qq.com/document/path/90231
type MenuService struct{ client *Client }

// Types of menu button. All but the view types send an event of the same name.
const (
	MenuClick           = "click"
	MenuView            = "view"
	MenuViewMiniProgram = "view_miniprogram"
	MenuScanCodePush    = "scancode_push"
	MenuScanCodeWaitMsg = "scancode_waitmsg"
	MenuPicSysPhoto     = "pic_sysphoto"
	MenuPicPhotoOrAlbum = "pic_photo_or_album"
	MenuPicWeixin       = "pic_weixin"
	MenuLocationSelect  = "location_select"
)

// MenuButton is a menu button. A button with a submenu has only a name.
type MenuButton struct {
	Name      string       `json:"name"`           // at most 16 bytes, 40 in a submenu
	Type      string       `json:"type,omitempty"` // MenuClick, MenuView, …
	Key       string       `json:"key,omitempty"`  // at most 128 bytes; returned with the event
	URL       string       `json:"url,omitempty"`  // MenuView only; at most 1024 bytes
	AppID     string       `json:"appid,omitempty"`
	PagePath  string       `json:"pagepath,omitempty"`
	SubButton []MenuButton `json:"sub_button,omitempty"` // 1 to 5
}

// Create replaces the menu by 1 to 3 buttons.
// See https://developer.work.weixin.qq.com/document/path/90231
func (s *MenuService) Create(ctx context.Context, buttons ...MenuButton) error {
	var k fieldChecker
	k.CheckCount("button", len(buttons), 1, 3)
	for i, b := range buttons {
		b.checkFields(&k, indexedField("button", i))
	}
	if err := k.firstError(); err != nil {
		return err
	}
	op := s.client.postCall("/cgi-bin/menu/create", struct {
		Button []MenuButton `json:"button"`
	}{buttons})
	op.query = s.agentQuery()
	return s.client.doCall(ctx, op, &struct{ envelope }{})
}

// Get returns the menu. WeCom returns 46003 when there is none.
// See https://developer.work.weixin.qq.com/document/path/90232
func (s *MenuService) Get(ctx context.Context) ([]MenuButton, error) {
	var reply struct {
		envelope
		Button []MenuButton `json:"button"`
	}
	if err := s.client.doCall(ctx, s.client.getCall("/cgi-bin/menu/get", s.agentQuery()), &reply); err != nil {
		return nil, err
	}
	return reply.Button, nil
}

// Delete deletes the menu.
// See https://developer.work.weixin.qq.com/document/path/90233
func (s *MenuService) Delete(ctx context.Context) error {
	op := s.client.getCall("/cgi-bin/menu/delete", s.agentQuery())
	op.idempotent = false // a GET that changes state
	return s.client.doCall(ctx, op, &struct{ envelope }{})
}

func (s *MenuService) agentQuery() url.Values {
	return url.Values{"agentid": {strconv.FormatInt(s.client.agentID, 10)}}
}

func (b *MenuButton) checkFields(k *fieldChecker, field string) {
	k.CheckRequired(field+".name", b.Name)
	k.CheckBytes(field+".name", b.Name, 16)
	if len(b.SubButton) == 0 {
		b.checkButtonTarget(k, field)
		return
	}
	k.CheckCount(field+".sub_button", len(b.SubButton), 1, 5)
	for i, sub := range b.SubButton {
		below := indexedField(field+".sub_button", i)
		k.CheckRequired(below+".name", sub.Name)
		k.CheckBytes(below+".name", sub.Name, 40)
		if len(sub.SubButton) > 0 {
			k.Reject(below+".sub_button", "would be a third level")
		}
		sub.checkButtonTarget(k, below)
	}
}

func (b *MenuButton) checkButtonTarget(k *fieldChecker, field string) {
	switch b.Type {
	case MenuView:
		k.checkURL(field+".url", b.URL, 1024)
	case MenuViewMiniProgram:
		k.CheckRequired(field+".appid", b.AppID)
		k.CheckRequired(field+".pagepath", b.PagePath)
	case MenuClick, MenuScanCodePush, MenuScanCodeWaitMsg, MenuPicSysPhoto, MenuPicPhotoOrAlbum, MenuPicWeixin, MenuLocationSelect:
		k.CheckRequired(field+".key", b.Key)
		k.CheckBytes(field+".key", b.Key, 128)
	default:
		k.Reject(field+".type", "is not a type of menu button")
	}
}
