package customers

import (
	"encoding/json"

	"github.com/huimian/huimian/wecom/wecomtest/internal/core"
	"github.com/huimian/huimian/wecom/wecomtest/model"
)

// kfMessage is a message to a customer.
type kfMessage struct {
	MsgID   string `json:"msgid"`
	MsgType string `json:"msgtype"`
	Text    *struct {
		Content string `json:"content"`
	} `json:"text"`
	Image *mediaRef `json:"image"`
	Voice *mediaRef `json:"voice"`
	Video *mediaRef `json:"video"`
	File  *mediaRef `json:"file"`
	Link  *struct {
		Title string `json:"title"`
		URL   string `json:"url"`
		Thumb string `json:"thumb_media_id"`
	} `json:"link"`
	Menu     *kfMenu `json:"msgmenu"`
	Location *struct {
		Latitude  float64 `json:"latitude"`
		Longitude float64 `json:"longitude"`
	} `json:"location"`
}

type kfMenu struct {
	Head string       `json:"head_content"`
	Tail string       `json:"tail_content"`
	List []kfMenuItem `json:"list"`
}

type kfMenuItem struct {
	Type  string `json:"type"`
	Click *struct {
		ID      string `json:"id"`
		Content string `json:"content"`
	} `json:"click"`
	View *struct {
		URL     string `json:"url"`
		Content string `json:"content"`
	} `json:"view"`
	Text *struct {
		Content string `json:"content"`
	} `json:"text"`
	MiniProgram json.RawMessage `json:"miniprogram"`
}

func (m *kfMessage) checkFields(r *core.Request) *core.APIError {
	if !kfScenePattern.MatchString(m.MsgID) {
		return core.InvalidParam("msgid")
	}
	media := map[string]*mediaRef{"image": m.Image, "voice": m.Voice, "video": m.Video, "file": m.File}
	if ref, ok := media[m.MsgType]; ok {
		if ref == nil {
			return core.NewAPIError(41006)
		}
		_, err := r.Core.FindMedia(r.Corp, ref.MediaID, m.MsgType)
		return err
	}
	switch m.MsgType {
	case "text":
		return m.checkText()
	case "link":
		return m.checkLink(r)
	case "msgmenu":
		return m.Menu.checkFields()
	case "location":
		if m.Location == nil || max(m.Location.Latitude, -m.Location.Latitude) > 90 || max(m.Location.Longitude, -m.Location.Longitude) > 180 {
			return core.InvalidParam("location")
		}
		return nil
	}
	return core.NewAPIError(40008)
}

func (m *kfMessage) checkText() *core.APIError {
	switch {
	case m.Text == nil || m.Text.Content == "":
		return core.NewAPIError(44004)
	case len(m.Text.Content) > 2048:
		return core.TooLong("text.content", 2048)
	}
	return nil
}

func (m *kfMessage) checkLink(r *core.Request) *core.APIError {
	switch {
	case m.Link == nil || m.Link.Title == "":
		return core.NewAPIError(41016)
	case !core.IsHTTPURL(m.Link.URL):
		return core.NewAPIError(40094)
	case len(m.Link.URL) > 2048:
		return core.TooLong("link.url", 2048)
	}
	_, err := r.Core.FindMedia(r.Corp, m.Link.Thumb, "image")
	return err
}

func (m *kfMenu) checkFields() *core.APIError {
	switch {
	case m == nil:
		return core.InvalidParam("msgmenu")
	case len(m.Head) > 1024:
		return core.TooLong("msgmenu.head_content", 1024)
	case len(m.Tail) > 1024:
		return core.TooLong("msgmenu.tail_content", 1024)
	case len(m.List) > 50:
		return core.NewAPIError(95008)
	}
	choices := 0
	for _, item := range m.List {
		if item.Type != "text" {
			choices++
		}
		if err := item.checkFields(); err != nil {
			return err
		}
	}
	if choices > 10 {
		return core.NewAPIError(95008)
	}
	return nil
}

func (i kfMenuItem) checkFields() *core.APIError {
	var bad bool
	switch i.Type {
	case "click":
		bad = i.Click == nil || i.Click.Content == "" || len(i.Click.Content) > 128 || i.Click.ID == "" || len(i.Click.ID) > 128
	case "view":
		bad = i.View == nil || i.View.Content == "" || len(i.View.Content) > 1024 || !core.IsHTTPURL(i.View.URL) || len(i.View.URL) > 2048
	case "text":
		bad = i.Text == nil || i.Text.Content == "" || len(i.Text.Content) > 256
	case "miniprogram":
		bad = i.MiniProgram == nil
	default:
		return core.NewAPIError(95009)
	}
	if bad {
		return core.InvalidParam("msgmenu.list")
	}
	return nil
}

type kfSentReply struct {
	MsgID string `json:"msgid"`
}

// sendKFMessage implements kf/send_msg: at most five messages within 48 hours of the customer's last
// message.
//
// https://developer.work.weixin.qq.com/document/path/94677
func (s *Service) sendKFMessage(r *core.Request) (any, *core.APIError) {
	var in struct {
		To string `json:"touser"`
		ID string `json:"open_kfid"`
		kfMessage
	}
	if err := r.DecodeBody(&in); err != nil {
		return nil, err
	}
	k, err := findKFAccount(r, in.ID)
	if err != nil {
		return nil, err
	}
	p, ok := r.Corp.External.Customers[in.To]
	if !ok {
		return nil, core.NewAPIError(40096)
	}
	if err := in.checkFields(r); err != nil {
		return nil, err
	}
	talk, _ := k.Conversations.Get(in.To)
	switch {
	case wasSent(k, in.MsgID):
		return nil, core.NewAPIError(95033)
	case talk == nil || talk.LastWroteAt.IsZero():
		return nil, core.NewAPIError(95018)
	case s.CurrentTime().Sub(talk.LastWroteAt) >= kfReplyWindow:
		return nil, core.NewAPIError(95002)
	case stateAt(talk, s.CurrentTime()) > kfStateAssistant:
		return nil, core.NewAPIError(95018)
	case talk.ReplyCount >= kfMaxReplies:
		return nil, core.NewAPIError(95001)
	}
	talk.ReplyCount++
	return s.storeKFMessage(r, k, p, &in.kfMessage), nil
}

// storeKFMessage adds a message to the inbox of a customer.
func (s *Service) storeKFMessage(r *core.Request, k *core.KFAccount, p *core.CustomerState, m *kfMessage) kfSentReply {
	if m.MsgID == "" {
		m.MsgID = s.RandomText(24)
	} else {
		k.SentMsgIDs.Put(m.MsgID, true, s.CurrentTime(), s.CurrentTime().Add(kfRetention))
	}
	shown := model.CustomerMessage{MsgID: m.MsgID, From: k.ID, MsgType: m.MsgType, Raw: core.Redactor.JSON(r.Body), Time: s.CurrentTime()}
	switch {
	case m.Text != nil:
		shown.Text = m.Text.Content
	case m.Menu != nil:
		shown.Text = m.Menu.Head
	}
	s.addCustomerMessage(p, shown)
	s.NotifyChange(core.Change{Kind: "message", CorpID: r.Corp.ID})
	return kfSentReply{m.MsgID}
}

func wasSent(k *core.KFAccount, id string) bool {
	_, was := k.SentMsgIDs.Get(id)
	return was && id != ""
}

// sendKFMessageOnEvent implements kf/send_msg_on_event. A code can be used once.
//
// https://developer.work.weixin.qq.com/document/path/95122
func (s *Service) sendKFMessageOnEvent(r *core.Request) (any, *core.APIError) {
	var in struct {
		Code string `json:"code"`
		kfMessage
	}
	if err := r.DecodeBody(&in); err != nil {
		return nil, err
	}
	if err := checkKFPermission(r); err != nil {
		return nil, err
	}
	if in.MsgType != "text" && in.MsgType != "msgmenu" {
		return nil, core.NewAPIError(40008)
	}
	if err := in.checkFields(r); err != nil {
		return nil, err
	}
	for _, k := range r.Corp.External.KFAccounts {
		c, ok := k.Codes.Get(in.Code)
		if !ok {
			continue
		}
		talk := ensureConversation(k, c.Customer.ExternalUserID, s.CurrentTime())
		switch {
		case !isUsableCode(c, talk, s.CurrentTime()):
			return nil, core.NewAPIError(41050)
		case in.MsgType == "msgmenu" && c.State != nil && *c.State != kfStateEnded:
			return nil, core.NewAPIError(40008)
		case wasSent(k, in.MsgID):
			return nil, core.NewAPIError(95033)
		}
		c.Used = true
		if c.State == nil {
			talk.WelcomedAt = s.CurrentTime()
		}
		return s.storeKFMessage(r, k, c.Customer, &in.kfMessage), nil
	}
	return nil, core.NewAPIError(41050)
}
