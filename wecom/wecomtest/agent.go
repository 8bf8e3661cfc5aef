package wecomtest

import (
	"strconv"
	"strings"
	"time"
	"unicode/utf8"
)

type jsTicketReply struct {
	Ticket    string `json:"ticket"`
	ExpiresIn int    `json:"expires_in"`
}

// getJSAPITicket implements get_jsapi_ticket.
//
// https://developer.work.weixin.qq.com/document/path/90506
func (s *Server) getJSAPITicket(r *request) (any, *apiError) {
	if r.query.Has("type") {
		return nil, newAPIError(91040)
	}
	return s.issueJSTicket(r, "corp")
}

// getAgentConfigTicket implements ticket/get with type=agent_config.
func (s *Server) getAgentConfigTicket(r *request) (any, *apiError) {
	if r.query.Get("type") != "agent_config" {
		return nil, newAPIError(91040)
	}
	return s.issueJSTicket(r, "agent_config")
}

// issueJSTicket returns the application's current ticket of a kind, or a new one when the last has
// expired. Each application has one ticket of each kind at a time.
func (s *Server) issueJSTicket(r *request, kind string) (any, *apiError) {
	now := s.currentTime()
	app := strconv.FormatInt(r.app.AgentID, 10)
	within := s.quotas.allowTicket("corp "+kind+" "+r.corp.ID, now, ticketsCorpHour)
	if !s.quotas.allowTicket("app "+kind+" "+r.corp.ID+" "+app, now, ticketsAppHour) || !within {
		if !s.NoQuotas {
			return nil, newAPIError(45009)
		}
	}
	t := r.app.jsTicket(kind)
	if !now.Before(t.expires) {
		t.value, t.expires = s.randomText(60), now.Add(tokenTTL)
	}
	return jsTicketReply{t.value, int(t.expires.Sub(now) / time.Second)}, nil
}

type jsTicket struct {
	value   string
	expires time.Time
}

func (a *appState) jsTicket(kind string) *jsTicket {
	if kind == "corp" {
		return &a.jsTickets[0]
	}
	return &a.jsTickets[1]
}

type userRef struct {
	UserID string `json:"userid"`
}

type agentReply struct {
	AgentID        int64  `json:"agentid"`
	Name           string `json:"name"`
	SquareLogoURL  string `json:"square_logo_url"`
	Description    string `json:"description"`
	AllowUserInfos struct {
		User []userRef `json:"user"`
	} `json:"allow_userinfos"`
	AllowParties struct {
		PartyID []int64 `json:"partyid"`
	} `json:"allow_partys"`
	AllowTags struct {
		TagID []int64 `json:"tagid"`
	} `json:"allow_tags"`
	Close              int    `json:"close"`
	RedirectDomain     string `json:"redirect_domain"`
	ReportLocationFlag int    `json:"report_location_flag"`
	IsReportEnter      int    `json:"isreportenter"`
	HomeURL            string `json:"home_url"`
}

// checkAgentID checks that agentid in the query is the application of the access token.
func (r *request) checkAgentID() *apiError {
	text := r.query.Get("agentid")
	if text == "" {
		return newAPIError(41011)
	}
	id, err := strconv.ParseInt(text, 10, 64)
	if err != nil {
		return newAPIError(40056)
	}
	if id != r.app.AgentID {
		return newAPIError(301002)
	}
	return nil
}

// getAgent implements agent/get.
//
// https://developer.work.weixin.qq.com/document/path/90227
func (s *Server) getAgent(r *request) (any, *apiError) {
	if err := r.checkAgentID(); err != nil {
		return nil, err
	}
	a := r.app
	out := agentReply{AgentID: a.AgentID, Name: a.Name, SquareLogoURL: a.LogoURL, Description: a.Description, HomeURL: a.HomeURL}
	out.AllowUserInfos.User = []userRef{}
	for _, u := range a.VisibleUsers {
		out.AllowUserInfos.User = append(out.AllowUserInfos.User, userRef{u})
	}
	out.AllowParties.PartyID = append([]int64{}, a.VisibleParties...)
	out.AllowTags.TagID = append([]int64{}, a.VisibleTags...)
	if a.hasUnlimitedRange() {
		out.AllowParties.PartyID = []int64{1}
	}
	if d := a.trustedDomains(); len(d) > 0 {
		out.RedirectDomain = d[0]
	}
	if a.ReportEnter {
		out.IsReportEnter = 1
	}
	return out, nil
}

// setAgent is agent/set; absent fields keep their value.
//
// https://developer.work.weixin.qq.com/document/path/90228
func (s *Server) setAgent(r *request) (any, *apiError) {
	var in struct {
		AgentID        *Int    `json:"agentid"`
		Name           *string `json:"name"`
		Description    *string `json:"description"`
		RedirectDomain *string `json:"redirect_domain"`
		LogoMediaID    *string `json:"logo_mediaid"`
		HomeURL        *string `json:"home_url"`
		IsReportEnter  *Int    `json:"isreportenter"`
		ReportLocation *Int    `json:"report_location_flag"`
	}
	if err := r.decodeBody(&in); err != nil {
		return nil, err
	}
	switch {
	case in.AgentID == nil:
		return nil, newAPIError(41011)
	case int64(*in.AgentID) != r.app.AgentID:
		return nil, newAPIError(301002)
	case in.Name != nil && utf8.RuneCountInString(*in.Name) > 32:
		return nil, newAPIError(45022)
	case in.Description != nil && (utf8.RuneCountInString(*in.Description) < 4 || utf8.RuneCountInString(*in.Description) > 120):
		return nil, newAPIError(45004)
	case in.HomeURL != nil && !isHTTPURL(*in.HomeURL):
		return nil, newAPIError(40094)
	case in.ReportLocation != nil && *in.ReportLocation != 0 && *in.ReportLocation != 1:
		return nil, newAPIError(40059)
	}
	if in.LogoMediaID != nil {
		if _, err := s.findMedia(r.corp, *in.LogoMediaID, "image"); err != nil {
			return nil, err
		}
		r.app.LogoURL = s.URL() + "/sim/media/" + *in.LogoMediaID
	}
	for _, f := range []struct{ to, from *string }{
		{&r.app.Name, in.Name}, {&r.app.Description, in.Description}, {&r.app.HomeURL, in.HomeURL},
	} {
		if f.from != nil {
			*f.to = *f.from
		}
	}
	if in.RedirectDomain != nil {
		r.app.TrustedDomains = []string{*in.RedirectDomain}
	}
	if in.IsReportEnter != nil {
		r.app.ReportEnter = *in.IsReportEnter == 1
	}
	s.notifyChange(change{Kind: "directory", CorpID: r.corp.ID})
	return nil, nil
}

type agentRow struct {
	AgentID       int64  `json:"agentid"`
	Name          string `json:"name"`
	SquareLogoURL string `json:"square_logo_url"`
}

func (s *Server) listAgents(r *request) (any, *apiError) {
	return struct {
		AgentList []agentRow `json:"agentlist"`
	}{[]agentRow{{r.app.AgentID, r.app.Name, r.app.LogoURL}}}, nil
}

type menuBody struct {
	Button []MenuButton `json:"button"`
}

// createMenu implements menu/create.
//
// https://developer.work.weixin.qq.com/document/path/90231
func (s *Server) createMenu(r *request) (any, *apiError) {
	if err := r.checkAgentID(); err != nil {
		return nil, err
	}
	var in menuBody
	if err := r.decodeBody(&in); err != nil {
		return nil, err
	}
	if len(in.Button) < 1 || len(in.Button) > 3 {
		return nil, newAPIError(40016)
	}
	for _, b := range in.Button {
		if err := b.checkFields(false); err != nil {
			return nil, err
		}
	}
	r.app.Menu = in.Button
	s.notifyChange(change{Kind: "directory", CorpID: r.corp.ID})
	return nil, nil
}

func (s *Server) getMenu(r *request) (any, *apiError) {
	if err := r.checkAgentID(); err != nil {
		return nil, err
	}
	if len(r.app.Menu) == 0 {
		return nil, newAPIError(46003)
	}
	return menuBody{r.app.Menu}, nil
}

func (s *Server) deleteMenu(r *request) (any, *apiError) {
	if err := r.checkAgentID(); err != nil {
		return nil, err
	}
	r.app.Menu = nil
	s.notifyChange(change{Kind: "directory", CorpID: r.corp.ID})
	return nil, nil
}

var menuTypes = map[string]bool{
	"click": true, "view": true, "view_miniprogram": true, "scancode_push": true, "scancode_waitmsg": true,
	"pic_sysphoto": true, "pic_photo_or_album": true, "pic_weixin": true, "location_select": true,
}

// checkFields checks a button against WeCom's limits. The error codes of a sub-button are those of
// a top-level button plus 7.
func (b MenuButton) checkFields(sub bool) *apiError {
	nameLimit, shift := 16, 0
	if sub {
		nameLimit, shift = 40, 7
	}
	if b.Name == "" || len(b.Name) > nameLimit {
		return newAPIError(40018 + shift)
	}
	if len(b.SubButton) > 0 {
		return b.checkSubButtons(sub)
	}
	switch {
	case !menuTypes[b.Type]:
		return newAPIError(40017 + shift)
	case len(b.Key) > 128:
		return newAPIError(40019 + shift)
	case len(b.URL) > 1024:
		return newAPIError(40020 + shift)
	case b.Type == "view" && !strings.HasPrefix(b.URL, "http://") && !strings.HasPrefix(b.URL, "https://"):
		if sub {
			return newAPIError(40054)
		}
		return newAPIError(40055)
	}
	return nil
}

func (b MenuButton) checkSubButtons(sub bool) *apiError {
	if sub {
		return newAPIError(40022)
	}
	if len(b.SubButton) > 5 {
		return newAPIError(40023)
	}
	for _, x := range b.SubButton {
		if err := x.checkFields(true); err != nil {
			return err
		}
	}
	return nil
}
