package ui

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

	"github.com/huimian/huimian/internal/simulator/webpage"
	"github.com/huimian/huimian/wecom/wecomtest/internal/contacts"
	"github.com/huimian/huimian/wecom/wecomtest/internal/core"
	"github.com/huimian/huimian/wecom/wecomtest/internal/customers"
	"github.com/huimian/huimian/wecom/wecomtest/model"
)

// What external contacts see and do in their WeChat: contacts with members, which
// a contact way begins, and customer service.

// maxPicture bounds a picture of an external contact, with its JSON, in bytes.
const maxPicture = 4 << 20

type externalContact struct {
	ID        string   `json:"id"`
	Name      string   `json:"name"`
	Avatar    string   `json:"avatar"`
	Followers []string `json:"followers"` // names of members
}

type externalContactEntry struct {
	Kind   string `json:"kind"` // way or kf
	Name   string `json:"name"`
	Detail string `json:"detail"` // state or scene
	Link   string `json:"link"`   // that a person opens or scans
}

func (s *Service) newExternalContact(c *core.CorpState, p *core.CustomerState) externalContact {
	name := cmp.Or(p.Name, p.ExternalUserID)
	out := externalContact{ID: p.ExternalUserID, Name: name, Avatar: cmp.Or(p.Avatar, contacts.AvatarPath(name)), Followers: []string{}}
	for _, f := range p.Followers {
		if m, ok := c.Members[core.FoldUserID(f.UserID)]; ok {
			out.Followers = append(out.Followers, m.Name)
		}
	}
	return out
}

// listExternalContacts lists the external contacts of a company, and
// the codes and links by which they come. ?follower= lists those of one member.
func (s *Service) listExternalContacts(r *http.Request) (any, error) {
	q := r.URL.Query()
	s.Mu.Lock()
	defer s.Mu.Unlock()
	c, ok := s.CorpStates[q.Get("corpId")]
	if !ok {
		return nil, core.ErrNotFound
	}
	out := struct {
		Corp   CorpEntry              `json:"corp"`
		People []externalContact      `json:"people"`
		Places []externalContactEntry `json:"places"`
	}{CorpEntry{c.ID, c.Name, len(c.Members)}, []externalContact{}, s.listExternalContactEntries(c)}
	for _, p := range c.External.Customers {
		if q.Get("follower") == "" || p.FindFollower(q.Get("follower")) != nil {
			out.People = append(out.People, s.newExternalContact(c, p))
		}
	}
	slices.SortFunc(out.People, func(a, b externalContact) int { return cmp.Or(cmp.Compare(a.Name, b.Name), cmp.Compare(a.ID, b.ID)) })
	return out, nil
}

func (s *Service) listExternalContactEntries(c *core.CorpState) []externalContactEntry {
	out := []externalContactEntry{}
	for id, w := range c.External.ContactWays {
		var names []string
		for _, user := range customers.ContactWayUsers(c, w)[:min(3, len(customers.ContactWayUsers(c, w)))] {
			names = append(names, c.Members[core.FoldUserID(user)].Name)
		}
		out = append(out, externalContactEntry{"way", strings.Join(names, "、"), cmp.Or(w.State, w.Remark), s.URL() + "/sim/contact-way/" + id})
	}
	for _, k := range c.External.KFAccounts {
		for scene, link := range k.Scenes {
			out = append(out, externalContactEntry{"kf", k.Name, scene, link})
		}
	}
	slices.SortFunc(out, func(a, b externalContactEntry) int {
		return cmp.Or(cmp.Compare(a.Kind, b.Kind), cmp.Compare(a.Name, b.Name), cmp.Compare(a.Link, b.Link))
	})
	return out
}

// serveContactWay serves the QR code of a contact way as a picture, or the WeChat of an
// external contact when it is opened as a page.
func (s *Service) serveContactWay(w http.ResponseWriter, r *http.Request) {
	id := r.PathValue("id")
	s.Mu.Lock()
	corp := ""
	for _, c := range s.CorpStates {
		if c.External.ContactWays[id] != nil {
			corp = c.ID
		}
	}
	s.Mu.Unlock()
	switch {
	case corp == "":
		http.NotFound(w, r)
	case strings.Contains(r.Header.Get("Accept"), "text/html"):
		http.Redirect(w, r, "/wechat?"+url.Values{"corpId": {corp}, "open": {s.URL() + "/sim/contact-way/" + id}}.Encode(), http.StatusFound)
	default:
		w.Header().Set("Content-Type", "image/svg+xml")
		w.Header().Set("Content-Security-Policy", "default-src 'none'")
		_, _ = fmt.Fprintf(w, `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 200 200" role="img"><rect width="200" height="200" fill="#fff"/>`+
			`<rect x="12" y="12" width="176" height="176" rx="8" fill="none" stroke="#1f2329" stroke-width="4" stroke-dasharray="14 6"/>`+
			`<text x="100" y="96" text-anchor="middle" font-size="18" fill="#1f2329">%s</text><text x="100" y="122" text-anchor="middle" font-size="11" fill="#5c636d">%s</text></svg>`,
			"模拟二维码", html.EscapeString(id[:min(16, len(id))]))
	}
}

type externalContactChat struct {
	Key    string                  `json:"key"` // the member's id, or that of the account
	Kind   string                  `json:"kind"`
	Name   string                  `json:"name"`
	Avatar string                  `json:"avatar"`
	Last   *externalContactMessage `json:"last"`
}

// externalContactMessage is a message in the WeChat of an external contact. Body is the
// request as the application sent it.
type externalContactMessage struct {
	ID      string          `json:"id"`
	Mine    bool            `json:"mine"`
	Time    time.Time       `json:"time"`
	MsgType string          `json:"msgtype"`
	Text    string          `json:"text,omitempty"`
	Body    json.RawMessage `json:"body,omitempty"`
}

// findExternalContact finds an external contact. Mu must be held.
func (s *Service) findExternalContact(q url.Values) (*core.CorpState, *core.CustomerState) {
	c, ok := s.CorpStates[q.Get("corpId")]
	if !ok || c.External.Customers[q.Get("id")] == nil {
		return nil, nil
	}
	return c, c.External.Customers[q.Get("id")]
}

// getExternalContact returns an external contact with the conversations.
func (s *Service) getExternalContact(r *http.Request) (any, error) {
	s.Mu.Lock()
	defer s.Mu.Unlock()
	c, p := s.findExternalContact(r.URL.Query())
	if p == nil {
		return nil, core.ErrNotFound
	}
	chats := []externalContactChat{}
	for _, f := range p.Followers {
		if m, ok := c.Members[core.FoldUserID(f.UserID)]; ok {
			chats = append(chats, externalContactChat{Key: m.UserID, Kind: "member", Name: m.Name + " @" + c.Name, Avatar: s.Contacts.LocalAvatar(m)})
		}
	}
	for _, k := range c.External.KFAccounts {
		if _, entered := k.Conversations.Get(p.ExternalUserID); entered {
			chats = append(chats, externalContactChat{Key: k.ID, Kind: "kf", Name: k.Name, Avatar: cmp.Or(localOf(s, k.Avatar), contacts.AvatarPath(k.Name))})
		}
	}
	for i := range chats {
		if list := s.externalContactMessages(c, p, chats[i].Key); len(list) > 0 {
			chats[i].Last = &list[len(list)-1]
		}
	}
	slices.SortStableFunc(chats, func(a, b externalContactChat) int { return b.time().Compare(a.time()) })
	return struct {
		Corp  CorpEntry             `json:"corp"`
		Me    externalContact       `json:"me"`
		Chats []externalContactChat `json:"chats"`
		Time  time.Time             `json:"time"`
	}{CorpEntry{c.ID, c.Name, len(c.Members)}, s.newExternalContact(c, p), chats, s.CurrentTime()}, nil
}

// localOf returns the address, without its host if it is the simulator's own.
func localOf(s *Service, address string) string { return strings.TrimPrefix(address, s.URL()) }

func (c *externalContactChat) time() time.Time {
	if c.Last == nil {
		return time.Time{}
	}
	return c.Last.Time
}

// externalContactMessages joins the messages that an external contact received and sent.
func (s *Service) externalContactMessages(c *core.CorpState, p *core.CustomerState, chat string) []externalContactMessage {
	out := []externalContactMessage{}
	for _, m := range p.Inbox.List() {
		if m.From == chat {
			out = append(out, externalContactMessage{ID: m.MsgID, Time: m.Time, MsgType: m.MsgType, Text: m.Text, Body: json.RawMessage(m.Raw)})
		}
	}
	if k, ok := c.External.KFAccounts[chat]; ok {
		for _, e := range k.Entries.List() {
			if e.Body["origin"] == 3 && e.Body["external_userid"] == p.ExternalUserID {
				kind, _ := e.Body["msgtype"].(string)
				id, _ := e.Body["msgid"].(string)
				out = append(out, externalContactMessage{ID: id, Mine: true, Time: e.Time, MsgType: kind, Body: webpage.EncodeJSON(e.Body)})
			}
		}
	}
	slices.SortStableFunc(out, func(a, b externalContactMessage) int { return a.Time.Compare(b.Time) })
	return out
}

func (s *Service) listExternalContactMessages(r *http.Request) (any, error) {
	s.Mu.Lock()
	defer s.Mu.Unlock()
	c, p := s.findExternalContact(r.URL.Query())
	if p == nil {
		return nil, core.ErrNotFound
	}
	return s.externalContactMessages(c, p, r.URL.Query().Get("chat")), nil
}

// openExternalContactLink opens a link or scans a code as an external contact: a contact
// way makes them a contact, a customer service link leads into its chat, any
// other page opens in WeChat's web view. It answers where that led.
func (s *Service) openExternalContactLink(ctx context.Context, in linkRequest) (any, error) {
	if config, ok := strings.CutPrefix(in.Link, s.URL()+"/sim/contact-way/"); ok {
		in.ConfigID = config
		id, err := s.Customers.AddCustomer(ctx, in.Customer)
		return map[string]string{"id": id, "chat": s.wayMember(in.CorpID, config)}, err
	}
	s.Mu.Lock()
	account := ""
	if c, ok := s.CorpStates[in.CorpID]; ok {
		if k, _, _ := customers.FindKFByLink(c, in.Link); k != nil {
			account = k.ID
		}
	}
	s.Mu.Unlock()
	if account != "" {
		id, err := s.Customers.EnterKF(ctx, in.Customer, in.Link)
		return map[string]string{"id": id, "chat": account}, err
	}
	if !core.IsHTTPURL(in.Link) {
		return nil, core.ErrNotFound
	}
	return map[string]string{"id": in.ExternalUserID, "page": in.Link}, nil
}

func (s *Service) wayMember(corpID, config string) string {
	s.Mu.Lock()
	defer s.Mu.Unlock()
	c := s.CorpStates[corpID]
	if c == nil || c.External.ContactWays[config] == nil || len(customers.ContactWayUsers(c, c.External.ContactWays[config])) == 0 {
		return ""
	}
	return customers.ContactWayUsers(c, c.External.ContactWays[config])[0]
}

// addExternalContact adds an external contact without contacts.
func (s *Service) addExternalContact(_ context.Context, in struct {
	CorpID string `json:"corpId"`
	Name   string `json:"name"`
}) (any, error) {
	s.Mu.Lock()
	defer s.Mu.Unlock()
	c, ok := s.CorpStates[in.CorpID]
	if !ok || strings.TrimSpace(in.Name) == "" {
		return nil, core.ErrNotFound
	}
	p := s.Customers.FindOrAddCustomer(c, model.Customer{CorpID: in.CorpID, Name: strings.TrimSpace(in.Name)})
	s.NotifyChange(core.Change{Kind: "directory", CorpID: c.ID})
	return customerID{p.ExternalUserID}, nil
}

func (s *Service) sendKFImage(ctx context.Context, in struct {
	kfRef
	Name string `json:"name"`
	Data []byte `json:"data"` // in base64
}) (any, error) {
	return nil, s.Customers.SendKFImage(ctx, in.CorpID, in.ID, in.OpenKFID, in.Name, in.Data)
}
