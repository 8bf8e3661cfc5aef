package messaging

import (
	"cmp"
	"context"
	"crypto/md5" // #nosec G501 -- required by WeCom
	"encoding/hex"
	"fmt"
	"strconv"

	"github.com/huimian/huimian/wecom/wecomtest/internal/core"
	"github.com/huimian/huimian/wecom/wecomtest/model"
)

// maxMenuPictures is the number of pictures that the client sends at once.
const maxMenuPictures = 9

// ClickMenu implements the method of wecomtest.Server.
func (s *Service) ClickMenu(ctx context.Context, corpID, userID string, agentID int64, key string, input model.MenuInput) error {
	return s.runMemberAction(ctx, corpID, userID, agentID, func(a *core.AppState, m *core.MemberState) ([]*core.PendingCallback, error) {
		kind := cmp.Or(menuType(a.Menu, key), "click")
		if err := checkMenuInput(kind, &input); err != nil {
			return nil, fmt.Errorf("clicking the menu item %q: %w", key, err)
		}
		e := core.NewMessageXML(corpID, m.UserID, s.CurrentTime(), "event").AddText("Event", kind).AddText("EventKey", key)
		switch menuDetails[kind] {
		case "scan":
			e.OpenElement("ScanCodeInfo").AddText("ScanType", cmp.Or(input.ScanType, "qrcode")).AddText("ScanResult", cmp.Or(input.ScanResult, "1")).
				CloseElement("ScanCodeInfo")
		case "pictures":
			return s.sendMenuPictures(a, m, kind, e, input.Pictures)
		case "location":
			addSendLocationInfo(e, input.Location)
		}
		return []*core.PendingCallback{s.Contacts.NewAppEvent(a, m, kind, e)}, nil
	})
}

// menuDetails maps the types of menu items that need more than a click to what the member gives.
//
// https://developer.work.weixin.qq.com/document/path/90231
var menuDetails = map[string]string{
	"scancode_push": "scan", "scancode_waitmsg": "scan",
	"pic_sysphoto": "pictures", "pic_photo_or_album": "pictures", "pic_weixin": "pictures",
	"location_select": "location",
}

func checkMenuInput(kind string, in *model.MenuInput) error {
	wanted := menuDetails[kind]
	for name, given := range map[string]bool{"scan": in.ScanType != "" || in.ScanResult != "", "pictures": len(in.Pictures) > 0, "location": in.Location != nil} {
		if given && name != wanted {
			return fmt.Errorf("its type is %s, which has no %s", kind, name)
		}
	}
	limit := maxMenuPictures
	if kind == "pic_sysphoto" {
		limit = 1
	}
	if len(in.Pictures) > limit {
		return fmt.Errorf("%d pictures, at most %d are allowed for %s", len(in.Pictures), limit, kind)
	}
	if in.Location == nil {
		return nil
	}
	location := *in.Location
	in.Location = &location
	return checkLocation(in.Location)
}

// sendMenuPictures returns the event of a menu item that sends pictures, and a message for each
// picture. Mu must be held.
//
// https://developer.work.weixin.qq.com/document/path/90231
func (s *Service) sendMenuPictures(a *core.AppState, m *core.MemberState, kind string, e *core.XMLBuilder, pictures []model.MemberFile) ([]*core.PendingCallback, error) {
	if len(pictures) == 0 {
		pictures = []model.MemberFile{{}}
	}
	e.OpenElement("SendPicsInfo").AddNumber("Count", int64(len(pictures))).OpenElement("PicList")
	var images []*memberMessage
	for i := range pictures {
		in := pictures[i]
		if len(in.Data) == 0 {
			in.Data = sampleFile("image")
		}
		sum := md5.Sum(in.Data) // #nosec G401 -- required by WeCom
		e.OpenElement("item").AddText("PicMd5Sum", hex.EncodeToString(sum[:])).CloseElement("item")
		message, err := s.newMemberImage(m, &in)
		if err != nil {
			return nil, err
		}
		images = append(images, message)
	}
	e.CloseElement("PicList").CloseElement("SendPicsInfo")
	out := []*core.PendingCallback{s.Contacts.NewAppEvent(a, m, kind, e)}
	for _, message := range images {
		out = append(out, s.addMemberMessage(a, m, message))
	}
	return out, nil
}

// addSendLocationInfo adds a location, or that of WeCom's page. Its numbers are texts there.
func addSendLocationInfo(e *core.XMLBuilder, in *model.Location) {
	if in == nil {
		in = &model.Location{Latitude: 23, Longitude: 113, Scale: 15, Label: "广州市海珠区客村艺苑路 106号"}
	}
	e.OpenElement("SendLocationInfo").AddText("Location_X", core.FormatFloat(in.Latitude)).AddText("Location_Y", core.FormatFloat(in.Longitude)).
		AddText("Scale", strconv.Itoa(in.Scale)).AddText("Label", in.Label).AddText("Poiname", in.PoiName).CloseElement("SendLocationInfo").
		AddText("AppType", "wxwork")
}

// menuType returns the type of the menu item with a key, URL or page path, "" for an unknown one.
func menuType(list []model.MenuButton, key string) string {
	for _, b := range list {
		if key != "" && (b.Key == key || b.URL == key || b.PagePath == key) {
			return b.Type
		}
		if t := menuType(b.SubButton, key); t != "" {
			return t
		}
	}
	return ""
}
