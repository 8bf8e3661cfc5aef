package wecomtest

import (
	"encoding/json"
	"slices"
	"unicode/utf8"
)

// contactWay is a code or button through which people outside get to know
// members (联系我).
type contactWay struct {
	ConfigID    string   `json:"config_id"`
	Type        Int      `json:"type"`
	Scene       Int      `json:"scene"`
	Style       Int      `json:"style"`
	Remark      string   `json:"remark"`
	SkipVerify  *bool    `json:"skip_verify"`
	State       string   `json:"state"`
	QRCode      string   `json:"qr_code,omitempty"`
	Users       []string `json:"user"`
	Parties     []int64  `json:"party"`
	IsExclusive bool     `json:"is_exclusive"`
}

// addContactWay is externalcontact/add_contact_way.
//
// https://developer.work.weixin.qq.com/document/path/92228
func (s *Server) addContactWay(r *request) (any, *apiError) {
	w := &contactWay{}
	if err := r.decode(w); err != nil {
		return nil, err
	}
	if err := customersAllowed(r); err != nil {
		return nil, err
	}
	if err := w.check(r); err != nil {
		return nil, err
	}
	yes := true
	if w.SkipVerify == nil {
		w.SkipVerify = &yes
	}
	w.ConfigID, w.QRCode = s.randomText(24), ""
	if w.Scene == 2 {
		w.QRCode = s.URL() + "/sim/contact-way/" + w.ConfigID
	}
	if r.corp.outside.ways == nil {
		r.corp.outside.ways = map[string]*contactWay{}
	}
	keepNewest(r.corp.outside.ways, &r.corp.outside.waysCame, s.limits.Records, w.ConfigID, w)
	return struct {
		ConfigID string `json:"config_id"`
		QRCode   string `json:"qr_code,omitempty"`
	}{w.ConfigID, w.QRCode}, nil
}

func (w *contactWay) check(r *request) *apiError {
	switch {
	case w.Type != 1 && w.Type != 2:
		return invalidParam("type")
	case w.Scene != 1 && w.Scene != 2:
		return invalidParam("scene")
	case utf8.RuneCountInString(w.Remark) > 30:
		return tooLong("remark", 30)
	case utf8.RuneCountInString(w.State) > 30:
		return tooLong("state", 30)
	case w.Type == 1 && (len(w.Users) != 1 || len(w.Parties) > 0):
		return invalidParam("user")
	case len(w.Users)+len(w.Parties) == 0:
		return invalidParam("user")
	}
	for i, id := range w.Users {
		m, err := r.follower(id)
		if err != nil {
			return err
		}
		w.Users[i] = m.UserID
	}
	for _, id := range w.Parties {
		if _, ok := r.corp.departments[id]; !ok {
			return fail(60003)
		}
		if !r.corp.seesDepartment(r.app, id) {
			return fail(60011)
		}
	}
	if len(r.corp.wayUsers(w)) > 100 {
		return invalidParam("user")
	}
	return nil
}

// wayUsers are the members of a contact way, those of its departments last.
func (c *corpState) wayUsers(w *contactWay) []string {
	out := slices.Clone(w.Users)
	for _, root := range w.Parties {
		for _, m := range c.everyone() {
			inside := slices.ContainsFunc(m.Departments, func(d int64) bool { return c.within(d, root) })
			if inside && m.Status == StatusActive && !slices.Contains(out, m.UserID) {
				out = append(out, m.UserID)
			}
		}
	}
	return out
}

// way finds the contact way that a call names.
func (r *request) way() (*contactWay, *apiError) {
	var in struct {
		ConfigID string `json:"config_id"`
	}
	if err := r.decode(&in); err != nil {
		return nil, err
	}
	if err := customersAllowed(r); err != nil {
		return nil, err
	}
	w, ok := r.corp.outside.ways[in.ConfigID]
	if !ok {
		return nil, invalidParam("config_id")
	}
	return w, nil
}

// getContactWay is externalcontact/get_contact_way.
func (s *Server) getContactWay(r *request) (any, *apiError) {
	w, err := r.way()
	if err != nil {
		return nil, err
	}
	return struct {
		Way *contactWay `json:"contact_way"`
	}{w}, nil
}

// deleteContactWay is externalcontact/del_contact_way. A code that hangs on a
// wall leads nowhere from then on.
func (s *Server) deleteContactWay(r *request) (any, *apiError) {
	w, err := r.way()
	if err != nil {
		return nil, err
	}
	delete(r.corp.outside.ways, w.ConfigID)
	return nil, nil
}

// attachmentKinds are what a welcome may carry; true: a file that was uploaded.
var attachmentKinds = map[string]bool{"image": true, "video": true, "file": true, "link": false, "miniprogram": false}

type welcomeAttachment struct {
	MsgType string `json:"msgtype"`
	Image   *struct {
		MediaID string `json:"media_id"`
		PicURL  string `json:"pic_url"`
	} `json:"image"`
	Video *mediaRef `json:"video"`
	File  *mediaRef `json:"file"`
	Link  *struct {
		Title string `json:"title"`
		Desc  string `json:"desc"`
		URL   string `json:"url"`
	} `json:"link"`
	MiniProgram json.RawMessage `json:"miniprogram"`
}

type mediaRef struct {
	MediaID string `json:"media_id"`
}

// sendWelcome is externalcontact/send_welcome_msg.
//
// https://developer.work.weixin.qq.com/document/path/92137
func (s *Server) sendWelcome(r *request) (any, *apiError) {
	var in struct {
		Code        string              `json:"welcome_code"`
		Text        *Text               `json:"text"`
		Attachments []welcomeAttachment `json:"attachments"`
	}
	if err := r.decode(&in); err != nil {
		return nil, err
	}
	if err := customersAllowed(r); err != nil {
		return nil, err
	}
	m := CustomerMessage{MsgType: "text", Raw: maskJSON(r.body), Time: s.now()}
	switch {
	case in.Text != nil && in.Text.Content != "":
		if m.Text = in.Text.Content; len(m.Text) > 4000 {
			return nil, tooLong("text.content", 4000)
		}
	case len(in.Attachments) > 0:
		m.MsgType = in.Attachments[0].MsgType
	default:
		return nil, fail(44004)
	}
	if len(in.Attachments) > 9 {
		return nil, fail(41064)
	}
	for i := range in.Attachments {
		if err := in.Attachments[i].check(r); err != nil {
			return nil, err
		}
	}
	c, ok := r.corp.outside.codes.get(in.Code)
	switch {
	case !ok, c.app != r.app, !s.now().Before(c.expires):
		return nil, fail(41050)
	case c.greeting.sent:
		return nil, fail(41051)
	}
	c.greeting.sent = true
	m.From, m.MsgID = c.from, s.randomText(24)
	s.show(c.person, m)
	s.note(change{Kind: "message", CorpID: r.corp.ID})
	return nil, nil
}

func (a *welcomeAttachment) check(r *request) *apiError {
	uploaded, known := attachmentKinds[a.MsgType]
	if !known {
		return fail(41065)
	}
	if uploaded {
		return a.checkMedia(r)
	}
	switch {
	case a.MsgType == "miniprogram" && a.MiniProgram == nil, a.MsgType == "link" && a.Link == nil:
		return fail(40063)
	case a.Link == nil:
		return nil
	case a.Link.Title == "":
		return fail(41016)
	case len(a.Link.Title) > 128:
		return tooLong("link.title", 128)
	case len(a.Link.Desc) > 512:
		return tooLong("link.desc", 512)
	case !isWeb(a.Link.URL):
		return fail(40094)
	}
	return nil
}

func (a *welcomeAttachment) checkMedia(r *request) *apiError {
	id := ""
	switch {
	case a.MsgType == "image" && a.Image != nil:
		if id = a.Image.MediaID; id == "" && isWeb(a.Image.PicURL) {
			return nil
		}
	case a.MsgType == "video" && a.Video != nil:
		id = a.Video.MediaID
	case a.MsgType == "file" && a.File != nil:
		id = a.File.MediaID
	}
	_, err := r.server.findMedia(r.corp, id, a.MsgType)
	return err
}
