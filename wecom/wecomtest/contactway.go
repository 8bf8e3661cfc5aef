package wecomtest

import (
	"encoding/json"
	"slices"
	"unicode/utf8"
)

// contactWay is a QR code or button with which external contacts add members (联系我).
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

// addContactWay implements externalcontact/add_contact_way.
//
// https://developer.work.weixin.qq.com/document/path/92228
func (s *Server) addContactWay(r *request) (any, *apiError) {
	w := &contactWay{}
	if err := r.decodeBody(w); err != nil {
		return nil, err
	}
	if err := checkCustomerPermission(r); err != nil {
		return nil, err
	}
	if err := w.checkFields(r); err != nil {
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
	if r.corp.external.contactWays == nil {
		r.corp.external.contactWays = map[string]*contactWay{}
	}
	insertBounded(r.corp.external.contactWays, &r.corp.external.contactWayOrder, s.limits.Records, w.ConfigID, w)
	return struct {
		ConfigID string `json:"config_id"`
		QRCode   string `json:"qr_code,omitempty"`
	}{w.ConfigID, w.QRCode}, nil
}

func (w *contactWay) checkFields(r *request) *apiError {
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
		m, err := r.findFollowUser(id)
		if err != nil {
			return err
		}
		w.Users[i] = m.UserID
	}
	for _, id := range w.Parties {
		if _, ok := r.corp.departments[id]; !ok {
			return newAPIError(60003)
		}
		if !r.corp.seesDepartment(r.app, id) {
			return newAPIError(60011)
		}
	}
	if len(r.corp.contactWayUsers(w)) > 100 {
		return invalidParam("user")
	}
	return nil
}

// contactWayUsers returns the members of a contact way; those of its departments come last.
func (c *corpState) contactWayUsers(w *contactWay) []string {
	out := slices.Clone(w.Users)
	for _, root := range w.Parties {
		for _, m := range c.allMembers() {
			inside := slices.ContainsFunc(m.Departments, func(d int64) bool { return c.isWithinDepartment(d, root) })
			if inside && m.Status == StatusActive && !slices.Contains(out, m.UserID) {
				out = append(out, m.UserID)
			}
		}
	}
	return out
}

// findContactWay returns the contact way of config_id in the body.
func (r *request) findContactWay() (*contactWay, *apiError) {
	var in struct {
		ConfigID string `json:"config_id"`
	}
	if err := r.decodeBody(&in); err != nil {
		return nil, err
	}
	if err := checkCustomerPermission(r); err != nil {
		return nil, err
	}
	w, ok := r.corp.external.contactWays[in.ConfigID]
	if !ok {
		return nil, invalidParam("config_id")
	}
	return w, nil
}

// getContactWay implements externalcontact/get_contact_way.
func (s *Server) getContactWay(r *request) (any, *apiError) {
	w, err := r.findContactWay()
	if err != nil {
		return nil, err
	}
	return struct {
		Way *contactWay `json:"contact_way"`
	}{w}, nil
}

// deleteContactWay implements externalcontact/del_contact_way. The QR code of a deleted contact way no
// longer works.
func (s *Server) deleteContactWay(r *request) (any, *apiError) {
	w, err := r.findContactWay()
	if err != nil {
		return nil, err
	}
	delete(r.corp.external.contactWays, w.ConfigID)
	return nil, nil
}

// attachmentKinds are the attachment types of a welcome message; true means an uploaded file.
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

// sendWelcome implements externalcontact/send_welcome_msg.
//
// https://developer.work.weixin.qq.com/document/path/92137
func (s *Server) sendWelcome(r *request) (any, *apiError) {
	var in struct {
		Code        string              `json:"welcome_code"`
		Text        *Text               `json:"text"`
		Attachments []welcomeAttachment `json:"attachments"`
	}
	if err := r.decodeBody(&in); err != nil {
		return nil, err
	}
	if err := checkCustomerPermission(r); err != nil {
		return nil, err
	}
	m := CustomerMessage{MsgType: "text", Raw: maskJSON(r.body), Time: s.currentTime()}
	switch {
	case in.Text != nil && in.Text.Content != "":
		if m.Text = in.Text.Content; len(m.Text) > 4000 {
			return nil, tooLong("text.content", 4000)
		}
	case len(in.Attachments) > 0:
		m.MsgType = in.Attachments[0].MsgType
	default:
		return nil, newAPIError(44004)
	}
	if len(in.Attachments) > 9 {
		return nil, newAPIError(41064)
	}
	for i := range in.Attachments {
		if err := in.Attachments[i].checkFields(r); err != nil {
			return nil, err
		}
	}
	c, ok := r.corp.external.welcomeCodes.get(in.Code)
	switch {
	case !ok, c.app != r.app, !s.currentTime().Before(c.expires):
		return nil, newAPIError(41050)
	case c.welcome.sent:
		return nil, newAPIError(41051)
	}
	c.welcome.sent = true
	m.From, m.MsgID = c.from, s.randomText(24)
	s.addCustomerMessage(c.customer, m)
	s.notifyChange(change{Kind: "message", CorpID: r.corp.ID})
	return nil, nil
}

func (a *welcomeAttachment) checkFields(r *request) *apiError {
	uploaded, known := attachmentKinds[a.MsgType]
	if !known {
		return newAPIError(41065)
	}
	if uploaded {
		return a.checkMedia(r)
	}
	switch {
	case a.MsgType == "miniprogram" && a.MiniProgram == nil, a.MsgType == "link" && a.Link == nil:
		return newAPIError(40063)
	case a.Link == nil:
		return nil
	case a.Link.Title == "":
		return newAPIError(41016)
	case len(a.Link.Title) > 128:
		return tooLong("link.title", 128)
	case len(a.Link.Desc) > 512:
		return tooLong("link.desc", 512)
	case !isHTTPURL(a.Link.URL):
		return newAPIError(40094)
	}
	return nil
}

func (a *welcomeAttachment) checkMedia(r *request) *apiError {
	id := ""
	switch {
	case a.MsgType == "image" && a.Image != nil:
		if id = a.Image.MediaID; id == "" && isHTTPURL(a.Image.PicURL) {
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
