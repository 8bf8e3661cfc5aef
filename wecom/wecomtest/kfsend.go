package wecomtest

import (
	"encoding/json"
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

func (m *kfMessage) checkFields(r *request) *apiError {
	if !kfScenePattern.MatchString(m.MsgID) {
		return invalidParam("msgid")
	}
	media := map[string]*mediaRef{"image": m.Image, "voice": m.Voice, "video": m.Video, "file": m.File}
	if ref, ok := media[m.MsgType]; ok {
		if ref == nil {
			return newAPIError(41006)
		}
		_, err := r.server.findMedia(r.corp, ref.MediaID, m.MsgType)
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
			return invalidParam("location")
		}
		return nil
	}
	return newAPIError(40008)
}

func (m *kfMessage) checkText() *apiError {
	switch {
	case m.Text == nil || m.Text.Content == "":
		return newAPIError(44004)
	case len(m.Text.Content) > 2048:
		return tooLong("text.content", 2048)
	}
	return nil
}

func (m *kfMessage) checkLink(r *request) *apiError {
	switch {
	case m.Link == nil || m.Link.Title == "":
		return newAPIError(41016)
	case !isHTTPURL(m.Link.URL):
		return newAPIError(40094)
	case len(m.Link.URL) > 2048:
		return tooLong("link.url", 2048)
	}
	_, err := r.server.findMedia(r.corp, m.Link.Thumb, "image")
	return err
}

func (m *kfMenu) checkFields() *apiError {
	switch {
	case m == nil:
		return invalidParam("msgmenu")
	case len(m.Head) > 1024:
		return tooLong("msgmenu.head_content", 1024)
	case len(m.Tail) > 1024:
		return tooLong("msgmenu.tail_content", 1024)
	case len(m.List) > 50:
		return newAPIError(95008)
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
		return newAPIError(95008)
	}
	return nil
}

func (i kfMenuItem) checkFields() *apiError {
	var bad bool
	switch i.Type {
	case "click":
		bad = i.Click == nil || i.Click.Content == "" || len(i.Click.Content) > 128 || i.Click.ID == "" || len(i.Click.ID) > 128
	case "view":
		bad = i.View == nil || i.View.Content == "" || len(i.View.Content) > 1024 || !isHTTPURL(i.View.URL) || len(i.View.URL) > 2048
	case "text":
		bad = i.Text == nil || i.Text.Content == "" || len(i.Text.Content) > 256
	case "miniprogram":
		bad = i.MiniProgram == nil
	default:
		return newAPIError(95009)
	}
	if bad {
		return invalidParam("msgmenu.list")
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
func (s *Server) sendKFMessage(r *request) (any, *apiError) {
	var in struct {
		To string `json:"touser"`
		ID string `json:"open_kfid"`
		kfMessage
	}
	if err := r.decodeBody(&in); err != nil {
		return nil, err
	}
	k, err := r.findKFAccount(in.ID)
	if err != nil {
		return nil, err
	}
	p, ok := r.corp.external.customers[in.To]
	if !ok {
		return nil, newAPIError(40096)
	}
	if err := in.checkFields(r); err != nil {
		return nil, err
	}
	talk, _ := k.conversations.get(in.To)
	switch {
	case k.wasSent(in.MsgID):
		return nil, newAPIError(95033)
	case talk == nil || talk.lastWroteAt.IsZero():
		return nil, newAPIError(95018)
	case s.currentTime().Sub(talk.lastWroteAt) >= kfReplyWindow:
		return nil, newAPIError(95002)
	case talk.stateAt(s.currentTime()) > kfStateAssistant:
		return nil, newAPIError(95018)
	case talk.replyCount >= kfMaxReplies:
		return nil, newAPIError(95001)
	}
	talk.replyCount++
	return s.storeKFMessage(r, k, p, &in.kfMessage), nil
}

// storeKFMessage adds a message to the inbox of a customer.
func (s *Server) storeKFMessage(r *request, k *kfAccount, p *customerState, m *kfMessage) kfSentReply {
	if m.MsgID == "" {
		m.MsgID = s.randomText(24)
	} else {
		k.sentMsgIDs.put(m.MsgID, true, s.currentTime(), s.currentTime().Add(kfRetention))
	}
	shown := CustomerMessage{MsgID: m.MsgID, From: k.id, MsgType: m.MsgType, Raw: maskJSON(r.body), Time: s.currentTime()}
	switch {
	case m.Text != nil:
		shown.Text = m.Text.Content
	case m.Menu != nil:
		shown.Text = m.Menu.Head
	}
	s.addCustomerMessage(p, shown)
	s.notifyChange(change{Kind: "message", CorpID: r.corp.ID})
	return kfSentReply{m.MsgID}
}

func (k *kfAccount) wasSent(id string) bool {
	_, was := k.sentMsgIDs.get(id)
	return was && id != ""
}

// sendKFMessageOnEvent implements kf/send_msg_on_event. A code can be used once.
//
// https://developer.work.weixin.qq.com/document/path/95122
func (s *Server) sendKFMessageOnEvent(r *request) (any, *apiError) {
	var in struct {
		Code string `json:"code"`
		kfMessage
	}
	if err := r.decodeBody(&in); err != nil {
		return nil, err
	}
	if err := checkKFPermission(r); err != nil {
		return nil, err
	}
	if in.MsgType != "text" && in.MsgType != "msgmenu" {
		return nil, newAPIError(40008)
	}
	if err := in.checkFields(r); err != nil {
		return nil, err
	}
	for _, k := range r.corp.external.kfAccounts {
		c, ok := k.codes.get(in.Code)
		if !ok {
			continue
		}
		talk := k.ensureConversation(c.customer.ExternalUserID, s.currentTime())
		switch {
		case !c.isUsable(talk, s.currentTime()):
			return nil, newAPIError(41050)
		case in.MsgType == "msgmenu" && c.state != nil && *c.state != kfStateEnded:
			return nil, newAPIError(40008)
		case k.wasSent(in.MsgID):
			return nil, newAPIError(95033)
		}
		c.used = true
		if c.state == nil {
			talk.welcomedAt = s.currentTime()
		}
		return s.storeKFMessage(r, k, c.customer, &in.kfMessage), nil
	}
	return nil, newAPIError(41050)
}
