package wecomtest

import (
	"cmp"
	"context"
	"encoding/json"
	"fmt"
	"html"
	"net/http"
	"net/url"
	"slices"
	"strings"
	"time"
)

// What people outside see and do in their WeChat: contacts with members, which
// a contact way begins, and customer service.

// maxPicture bounds what somebody outside sends, with its JSON around it.
const maxPicture = 4 << 20

type outsidePerson struct {
	ID        string   `json:"id"`
	Name      string   `json:"name"`
	Avatar    string   `json:"avatar"`
	Followers []string `json:"followers"` // names of members
}

type outsidePlace struct {
	Kind   string `json:"kind"` // way or kf
	Name   string `json:"name"`
	Detail string `json:"detail"` // state or scene
	Link   string `json:"link"`   // that a person opens or scans
}

func (s *Server) drawOutside(c *corpState, p *customerState) outsidePerson {
	name := cmp.Or(p.Name, p.ExternalUserID)
	out := outsidePerson{ID: p.ExternalUserID, Name: name, Avatar: cmp.Or(p.Avatar, AvatarPath(name)), Followers: []string{}}
	for _, f := range p.followers {
		if m, ok := c.members[foldUserID(f.userID)]; ok {
			out.Followers = append(out.Followers, m.Name)
		}
	}
	return out
}

// faceOutside lists the people outside a company whom the simulator knows, and
// the codes and links by which they come. ?follower= lists those of one member.
func (s *Server) faceOutside(r *http.Request) (any, error) {
	q := r.URL.Query()
	s.mu.Lock()
	defer s.mu.Unlock()
	c, ok := s.corps[q.Get("corp")]
	if !ok {
		return nil, errFace
	}
	out := struct {
		Corp   faceCorp        `json:"corp"`
		People []outsidePerson `json:"people"`
		Places []outsidePlace  `json:"places"`
	}{faceCorp{c.ID, c.Name, len(c.members)}, []outsidePerson{}, s.listOutsidePlaces(c)}
	for _, p := range c.external.customers {
		if q.Get("follower") == "" || p.findFollower(q.Get("follower")) != nil {
			out.People = append(out.People, s.drawOutside(c, p))
		}
	}
	slices.SortFunc(out.People, func(a, b outsidePerson) int { return cmp.Or(cmp.Compare(a.Name, b.Name), cmp.Compare(a.ID, b.ID)) })
	return out, nil
}

func (s *Server) listOutsidePlaces(c *corpState) []outsidePlace {
	out := []outsidePlace{}
	for id, w := range c.external.contactWays {
		var names []string
		for _, user := range c.contactWayUsers(w)[:min(3, len(c.contactWayUsers(w)))] {
			names = append(names, c.members[foldUserID(user)].Name)
		}
		out = append(out, outsidePlace{"way", strings.Join(names, "、"), cmp.Or(w.State, w.Remark), s.URL() + "/sim/contact-way/" + id})
	}
	for _, k := range c.external.kfAccounts {
		for scene, link := range k.scenes {
			out = append(out, outsidePlace{"kf", k.name, scene, link})
		}
	}
	slices.SortFunc(out, func(a, b outsidePlace) int {
		return cmp.Or(cmp.Compare(a.Kind, b.Kind), cmp.Compare(a.Name, b.Name), cmp.Compare(a.Link, b.Link))
	})
	return out
}

// serveContactWay is the code of a contact way: a picture in a page, and the
// WeChat of somebody who scanned it where it is opened as a page.
func (s *Server) serveContactWay(w http.ResponseWriter, r *http.Request) {
	id := r.PathValue("id")
	s.mu.Lock()
	corp := ""
	for _, c := range s.corps {
		if c.external.contactWays[id] != nil {
			corp = c.ID
		}
	}
	s.mu.Unlock()
	switch {
	case corp == "":
		http.NotFound(w, r)
	case strings.Contains(r.Header.Get("Accept"), "text/html"):
		http.Redirect(w, r, "/wechat?"+url.Values{"corp": {corp}, "open": {s.URL() + "/sim/contact-way/" + id}}.Encode(), http.StatusFound)
	default:
		w.Header().Set("Content-Type", "image/svg+xml")
		w.Header().Set("Content-Security-Policy", "default-src 'none'")
		_, _ = fmt.Fprintf(w, `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 200 200" role="img"><rect width="200" height="200" fill="#fff"/>`+
			`<rect x="12" y="12" width="176" height="176" rx="8" fill="none" stroke="#1f2329" stroke-width="4" stroke-dasharray="14 6"/>`+
			`<text x="100" y="96" text-anchor="middle" font-size="18" fill="#1f2329">%s</text><text x="100" y="122" text-anchor="middle" font-size="11" fill="#5c636d">%s</text></svg>`,
			"模拟二维码", html.EscapeString(id[:min(16, len(id))]))
	}
}

type outsideChat struct {
	Key    string          `json:"key"` // the member's id, or that of the account
	Kind   string          `json:"kind"`
	Name   string          `json:"name"`
	Avatar string          `json:"avatar"`
	Last   *outsideMessage `json:"last"`
}

// outsideMessage is a message in the WeChat of somebody outside. Body is the
// request as the application sent it.
type outsideMessage struct {
	ID      string          `json:"id"`
	Mine    bool            `json:"mine"`
	Time    time.Time       `json:"time"`
	MsgType string          `json:"msgtype"`
	Text    string          `json:"text,omitempty"`
	Body    json.RawMessage `json:"body,omitempty"`
}

// findOutsidePerson finds a person outside. s.mu must be held.
func (s *Server) findOutsidePerson(q url.Values) (*corpState, *customerState) {
	c, ok := s.corps[q.Get("corp")]
	if !ok || c.external.customers[q.Get("id")] == nil {
		return nil, nil
	}
	return c, c.external.customers[q.Get("id")]
}

// faceOutsideMe is a person outside with their conversations.
func (s *Server) faceOutsideMe(r *http.Request) (any, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	c, p := s.findOutsidePerson(r.URL.Query())
	if p == nil {
		return nil, errFace
	}
	chats := []outsideChat{}
	for _, f := range p.followers {
		if m, ok := c.members[foldUserID(f.userID)]; ok {
			chats = append(chats, outsideChat{Key: m.UserID, Kind: "member", Name: m.Name + " @" + c.Name, Avatar: s.localAvatar(m)})
		}
	}
	for _, k := range c.external.kfAccounts {
		if _, entered := k.conversations.get(p.ExternalUserID); entered {
			chats = append(chats, outsideChat{Key: k.id, Kind: "kf", Name: k.name, Avatar: cmp.Or(localOf(s, k.avatar), AvatarPath(k.name))})
		}
	}
	for i := range chats {
		if list := s.outsideMessages(c, p, chats[i].Key); len(list) > 0 {
			chats[i].Last = &list[len(list)-1]
		}
	}
	slices.SortStableFunc(chats, func(a, b outsideChat) int { return b.time().Compare(a.time()) })
	return struct {
		Corp  faceCorp      `json:"corp"`
		Me    outsidePerson `json:"me"`
		Chats []outsideChat `json:"chats"`
		Time  time.Time     `json:"time"`
	}{faceCorp{c.ID, c.Name, len(c.members)}, s.drawOutside(c, p), chats, s.currentTime()}, nil
}

// localOf has no host where the address is the simulator's own.
func localOf(s *Server, address string) string { return strings.TrimPrefix(address, s.URL()) }

func (c *outsideChat) time() time.Time {
	if c.Last == nil {
		return time.Time{}
	}
	return c.Last.Time
}

// outsideMessages joins what somebody outside got with what they wrote.
func (s *Server) outsideMessages(c *corpState, p *customerState, chat string) []outsideMessage {
	out := []outsideMessage{}
	for _, m := range p.inbox.list() {
		if m.From == chat {
			out = append(out, outsideMessage{ID: m.MsgID, Time: m.Time, MsgType: m.MsgType, Text: m.Text, Body: json.RawMessage(m.Raw)})
		}
	}
	if k, ok := c.external.kfAccounts[chat]; ok {
		for _, e := range k.entries.list() {
			if e.body["origin"] == 3 && e.body["external_userid"] == p.ExternalUserID {
				kind, _ := e.body["msgtype"].(string)
				id, _ := e.body["msgid"].(string)
				out = append(out, outsideMessage{ID: id, Mine: true, Time: e.time, MsgType: kind, Body: encodeJSON(e.body)})
			}
		}
	}
	slices.SortStableFunc(out, func(a, b outsideMessage) int { return a.Time.Compare(b.Time) })
	return out
}

func (s *Server) faceOutsideMessages(r *http.Request) (any, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	c, p := s.findOutsidePerson(r.URL.Query())
	if p == nil {
		return nil, errFace
	}
	return s.outsideMessages(c, p, r.URL.Query().Get("chat")), nil
}

// faceOpenOutside opens a link or scans a code as somebody outside: a contact
// way makes them a contact, a customer service link leads into its chat, any
// other page opens in WeChat's web view. It answers where that led.
func (s *Server) faceOpenOutside(r *http.Request) (any, error) {
	var in struct {
		Customer
		Link string `json:"link"`
	}
	if err := readJSON(r, &in); err != nil {
		return nil, err
	}
	ctx := context.WithoutCancel(r.Context())
	if config, ok := strings.CutPrefix(in.Link, s.URL()+"/sim/contact-way/"); ok {
		in.ConfigID = config
		id, err := s.AddCustomer(ctx, in.Customer)
		return map[string]string{"id": id, "chat": s.wayMember(in.CorpID, config)}, err
	}
	s.mu.Lock()
	account := ""
	if c, ok := s.corps[in.CorpID]; ok {
		if k, _, _ := c.findKFByLink(in.Link); k != nil {
			account = k.id
		}
	}
	s.mu.Unlock()
	if account != "" {
		id, err := s.EnterKF(ctx, in.Customer, in.Link)
		return map[string]string{"id": id, "chat": account}, err
	}
	if !isHTTPURL(in.Link) {
		return nil, errFace
	}
	return map[string]string{"id": in.ExternalUserID, "page": in.Link}, nil
}

func (s *Server) wayMember(corpID, config string) string {
	s.mu.Lock()
	defer s.mu.Unlock()
	c := s.corps[corpID]
	if c == nil || c.external.contactWays[config] == nil || len(c.contactWayUsers(c.external.contactWays[config])) == 0 {
		return ""
	}
	return c.contactWayUsers(c.external.contactWays[config])[0]
}

// faceNewOutside makes up a person outside who knows nobody yet.
func (s *Server) faceNewOutside(r *http.Request) (any, error) {
	var in Customer
	if err := readJSON(r, &in); err != nil {
		return nil, err
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	c, ok := s.corps[in.CorpID]
	if !ok || strings.TrimSpace(in.Name) == "" {
		return nil, errFace
	}
	p := s.findOrAddCustomer(c, Customer{CorpID: in.CorpID, Name: strings.TrimSpace(in.Name)})
	s.notifyChange(change{Kind: "directory", CorpID: c.ID})
	return customerID{p.ExternalUserID}, nil
}

// ShowKF sends a picture to a customer service account as somebody outside who
// has entered it. It counts as writing, like SendKFText. The picture is a JPEG or a
// PNG of at most 10 MB.
func (s *Server) ShowKF(ctx context.Context, corpID, externalUserID, openKFID, name string, data []byte) error {
	s.init()
	kind := http.DetectContentType(data)
	if kind != "image/jpeg" && kind != "image/png" || len(data) > mediaLimits["image"] {
		return fmt.Errorf("send a picture to customer service: %s of %d bytes", kind, len(data))
	}
	s.mu.Lock()
	out, err := s.shownKF(corpID, externalUserID, openKFID, &mediaFile{kind: "image", name: name, mime: kind, data: data})
	s.mu.Unlock()
	if err != nil {
		return err
	}
	return s.deliverAll(ctx, out)
}

func (s *Server) shownKF(corpID, externalUserID, openKFID string, f *mediaFile) ([]*pendingCallback, error) {
	corp, ok := s.corps[corpID]
	if !ok || corp.external.kfAccounts[openKFID] == nil {
		return nil, fmt.Errorf("send a picture to customer service: there is no account %q", openKFID)
	}
	k := corp.external.kfAccounts[openKFID]
	talk, entered := k.conversations.get(externalUserID)
	if !entered {
		return nil, fmt.Errorf("send a picture to customer service: %q has not entered %q", externalUserID, openKFID)
	}
	talk.lastWroteAt, talk.replyCount = s.currentTime(), 0
	id := s.storeMedia(&request{corp: corp}, f)
	return s.appendKFEntry(corp, k, map[string]any{"open_kfid": k.id, "external_userid": externalUserID,
		"origin": 3, "msgtype": "image", "image": map[string]any{"media_id": id}}), nil
}

func (s *Server) faceShowKF(r *http.Request) (any, error) {
	var in struct {
		CorpID   string `json:"corpId"`
		ID       string `json:"externalUserId"`
		OpenKFID string `json:"openKfId"`
		Name     string `json:"name"`
		Data     []byte `json:"data"` // in base64
	}
	if err := json.NewDecoder(http.MaxBytesReader(nil, r.Body, maxPicture)).Decode(&in); err != nil {
		return nil, err
	}
	return struct{}{}, s.ShowKF(context.WithoutCancel(r.Context()), in.CorpID, in.ID, in.OpenKFID, in.Name, in.Data)
}
