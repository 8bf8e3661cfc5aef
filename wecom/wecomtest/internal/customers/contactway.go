package customers

import (
	"encoding/json"
	"slices"
	"unicode/utf8"

	"github.com/huimian/huimian/internal/simulator/bounded"
	"github.com/huimian/huimian/wecom/wecomtest/internal/core"
	"github.com/huimian/huimian/wecom/wecomtest/model"
)

// addContactWay implements externalcontact/add_contact_way.
//
// https://developer.work.weixin.qq.com/document/path/92228
func (s *Service) addContactWay(r *core.Request) (any, *core.APIError) {
	w := &core.ContactWay{}
	if err := r.DecodeBody(w); err != nil {
		return nil, err
	}
	if err := checkCustomerPermission(r); err != nil {
		return nil, err
	}
	if err := checkContactWay(w, r); err != nil {
		return nil, err
	}
	yes := true
	if w.SkipVerify == nil {
		w.SkipVerify = &yes
	}
	w.ConfigID, w.QRCode = s.RandomText(24), ""
	if w.Scene == 2 {
		w.QRCode = s.URL() + "/sim/contact-way/" + w.ConfigID
	}
	if r.Corp.External.ContactWays == nil {
		r.Corp.External.ContactWays = map[string]*core.ContactWay{}
	}
	bounded.Insert(r.Corp.External.ContactWays, &r.Corp.External.ContactWayOrder, s.Limits.Records, w.ConfigID, w)
	return struct {
		ConfigID string `json:"config_id"`
		QRCode   string `json:"qr_code,omitempty"`
	}{w.ConfigID, w.QRCode}, nil
}

func checkContactWay(w *core.ContactWay, r *core.Request) *core.APIError {
	switch {
	case w.Type != 1 && w.Type != 2:
		return core.InvalidParam("type")
	case w.Scene != 1 && w.Scene != 2:
		return core.InvalidParam("scene")
	case utf8.RuneCountInString(w.Remark) > 30:
		return core.TooLong("remark", 30)
	case utf8.RuneCountInString(w.State) > 30:
		return core.TooLong("state", 30)
	case w.Type == 1 && (len(w.Users) != 1 || len(w.Parties) > 0):
		return core.InvalidParam("user")
	case len(w.Users)+len(w.Parties) == 0:
		return core.InvalidParam("user")
	}
	for i, id := range w.Users {
		m, err := findFollowUser(r, id)
		if err != nil {
			return err
		}
		w.Users[i] = m.UserID
	}
	for _, id := range w.Parties {
		if _, ok := r.Corp.Departments[id]; !ok {
			return core.NewAPIError(60003)
		}
		if !r.Corp.SeesDepartment(r.App, id) {
			return core.NewAPIError(60011)
		}
	}
	if len(ContactWayUsers(r.Corp, w)) > 100 {
		return core.InvalidParam("user")
	}
	return nil
}

// ContactWayUsers returns the members of a contact way; those of its departments come last.
func ContactWayUsers(c *core.CorpState, w *core.ContactWay) []string {
	out := slices.Clone(w.Users)
	for _, root := range w.Parties {
		for _, m := range c.AllMembers() {
			inside := slices.ContainsFunc(m.Departments, func(d int64) bool { return c.IsWithinDepartment(d, root) })
			if inside && m.Status == model.StatusActive && !slices.Contains(out, m.UserID) {
				out = append(out, m.UserID)
			}
		}
	}
	return out
}

// findContactWay returns the contact way of config_id in the body.
func findContactWay(r *core.Request) (*core.ContactWay, *core.APIError) {
	var in struct {
		ConfigID string `json:"config_id"`
	}
	if err := r.DecodeBody(&in); err != nil {
		return nil, err
	}
	if err := checkCustomerPermission(r); err != nil {
		return nil, err
	}
	w, ok := r.Corp.External.ContactWays[in.ConfigID]
	if !ok {
		return nil, core.InvalidParam("config_id")
	}
	return w, nil
}

// getContactWay implements externalcontact/get_contact_way.
func (s *Service) getContactWay(r *core.Request) (any, *core.APIError) {
	w, err := findContactWay(r)
	if err != nil {
		return nil, err
	}
	return struct {
		Way *core.ContactWay `json:"contact_way"`
	}{w}, nil
}

// updateContactWay implements externalcontact/update_contact_way. Absent fields keep their value; type
// and scene cannot be changed.
//
// https://developer.work.weixin.qq.com/document/path/92228
func (s *Service) updateContactWay(r *core.Request) (any, *core.APIError) {
	stored, err := findContactWay(r)
	if err != nil {
		return nil, err
	}
	var in struct {
		Remark     *string  `json:"remark"`
		State      *string  `json:"state"`
		SkipVerify *bool    `json:"skip_verify"`
		Users      []string `json:"user"`
		Parties    []int64  `json:"party"`
	}
	if err := r.DecodeBody(&in); err != nil {
		return nil, err
	}
	w := *stored
	assignIfSet(&w.Remark, in.Remark)
	assignIfSet(&w.State, in.State)
	if in.SkipVerify != nil {
		w.SkipVerify = in.SkipVerify
	}
	if in.Users != nil {
		w.Users = in.Users
	}
	if in.Parties != nil {
		w.Parties = in.Parties
	}
	w.Users = slices.Clone(w.Users) // checkContactWay writes to it
	if err := checkContactWay(&w, r); err != nil {
		return nil, err
	}
	*stored = w
	return nil, nil
}

// deleteContactWay implements externalcontact/del_contact_way. The QR code of a deleted contact way no
// longer works.
func (s *Service) deleteContactWay(r *core.Request) (any, *core.APIError) {
	w, err := findContactWay(r)
	if err != nil {
		return nil, err
	}
	delete(r.Corp.External.ContactWays, w.ConfigID)
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
func (s *Service) sendWelcome(r *core.Request) (any, *core.APIError) {
	var in struct {
		Code        string              `json:"welcome_code"`
		Text        *model.Text         `json:"text"`
		Attachments []welcomeAttachment `json:"attachments"`
	}
	if err := r.DecodeBody(&in); err != nil {
		return nil, err
	}
	if err := checkCustomerPermission(r); err != nil {
		return nil, err
	}
	m := model.CustomerMessage{MsgType: "text", Raw: core.Redactor.JSON(r.Body), Time: s.CurrentTime()}
	switch {
	case in.Text != nil && in.Text.Content != "":
		if m.Text = in.Text.Content; len(m.Text) > 4000 {
			return nil, core.TooLong("text.content", 4000)
		}
	case len(in.Attachments) > 0:
		m.MsgType = in.Attachments[0].MsgType
	default:
		return nil, core.NewAPIError(44004)
	}
	if len(in.Attachments) > 9 {
		return nil, core.NewAPIError(41064)
	}
	for i := range in.Attachments {
		if err := in.Attachments[i].checkFields(r); err != nil {
			return nil, err
		}
	}
	c, ok := r.Corp.External.WelcomeCodes.Get(in.Code)
	switch {
	case !ok, c.App != r.App, !s.CurrentTime().Before(c.Expires):
		return nil, core.NewAPIError(41050)
	case c.Welcome.Sent:
		return nil, core.NewAPIError(41051)
	}
	c.Welcome.Sent = true
	m.From, m.MsgID = c.From, s.RandomText(24)
	s.addCustomerMessage(c.Customer, m)
	s.NotifyChange(core.Change{Kind: "message", CorpID: r.Corp.ID})
	return nil, nil
}

func (a *welcomeAttachment) checkFields(r *core.Request) *core.APIError {
	uploaded, known := attachmentKinds[a.MsgType]
	if !known {
		return core.NewAPIError(41065)
	}
	if uploaded {
		return a.checkMedia(r)
	}
	switch {
	case a.MsgType == "miniprogram" && a.MiniProgram == nil, a.MsgType == "link" && a.Link == nil:
		return core.NewAPIError(40063)
	case a.Link == nil:
		return nil
	case a.Link.Title == "":
		return core.NewAPIError(41016)
	case len(a.Link.Title) > 128:
		return core.TooLong("link.title", 128)
	case len(a.Link.Desc) > 512:
		return core.TooLong("link.desc", 512)
	case !core.IsHTTPURL(a.Link.URL):
		return core.NewAPIError(40094)
	}
	return nil
}

func (a *welcomeAttachment) checkMedia(r *core.Request) *core.APIError {
	id := ""
	switch {
	case a.MsgType == "image" && a.Image != nil:
		if id = a.Image.MediaID; id == "" && core.IsHTTPURL(a.Image.PicURL) {
			return nil
		}
	case a.MsgType == "video" && a.Video != nil:
		id = a.Video.MediaID
	case a.MsgType == "file" && a.File != nil:
		id = a.File.MediaID
	}
	_, err := r.Core.FindMedia(r.Corp, id, a.MsgType)
	return err
}
