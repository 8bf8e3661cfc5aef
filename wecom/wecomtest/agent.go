package wecomtest

import (
	"strconv"
	"strings"
	"time"
)

type ticketReply struct {
	Ticket    string `json:"ticket"`
	ExpiresIn int    `json:"expires_in"`
}

// corpTicket is get_jsapi_ticket.
//
// https://developer.work.weixin.qq.com/document/path/90506
func (s *Server) corpTicket(r *request) (any, *apiError) {
	if r.query.Has("type") {
		return nil, fail(91040)
	}
	return s.ticket(r, "corp")
}

// appTicket is ticket/get with type=agent_config.
func (s *Server) appTicket(r *request) (any, *apiError) {
	if r.query.Get("type") != "agent_config" {
		return nil, fail(91040)
	}
	return s.ticket(r, "agent_config")
}

// ticket gives each application one ticket of each kind at a time. It is kept
// as a code of its own kind, for the same expiry and sweeping.
func (s *Server) ticket(r *request, kind string) (any, *apiError) {
	now := s.now()
	app := strconv.FormatInt(r.app.AgentID, 10)
	within := s.quotas.ticket("corp "+kind+" "+r.corp.ID, now, ticketsCorpHour)
	if !s.quotas.ticket("app "+kind+" "+r.corp.ID+" "+app, now, ticketsAppHour) || !within {
		if !s.NoQuotas {
			return nil, fail(45009)
		}
	}
	t := r.app.ticket(kind)
	if !now.Before(t.expires) {
		t.value, t.expires = s.randomText(60), now.Add(tokenLife)
	}
	return ticketReply{t.value, int(t.expires.Sub(now) / time.Second)}, nil
}

type ticket struct {
	value   string
	expires time.Time
}

func (a *appState) ticket(kind string) *ticket {
	if kind == "corp" {
		return &a.tickets[0]
	}
	return &a.tickets[1]
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

// agent checks that the call names the application of its token.
func (r *request) agent() *apiError {
	text := r.query.Get("agentid")
	if text == "" {
		return fail(41011)
	}
	id, err := strconv.ParseInt(text, 10, 64)
	if err != nil {
		return fail(40056)
	}
	if id != r.app.AgentID {
		return fail(301002)
	}
	return nil
}

// getAgent is agent/get.
//
// https://developer.work.weixin.qq.com/document/path/90227
func (s *Server) getAgent(r *request) (any, *apiError) {
	if err := r.agent(); err != nil {
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
	if a.seesAll() {
		out.AllowParties.PartyID = []int64{1}
	}
	if d := a.domains(); len(d) > 0 {
		out.RedirectDomain = d[0]
	}
	if a.ReportEnter {
		out.IsReportEnter = 1
	}
	return out, nil
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

// createMenu is menu/create.
//
// https://developer.work.weixin.qq.com/document/path/90231
func (s *Server) createMenu(r *request) (any, *apiError) {
	if err := r.agent(); err != nil {
		return nil, err
	}
	var in menuBody
	if err := r.decode(&in); err != nil {
		return nil, err
	}
	if len(in.Button) < 1 || len(in.Button) > 3 {
		return nil, fail(40016)
	}
	for _, b := range in.Button {
		if err := b.check(false); err != nil {
			return nil, err
		}
	}
	r.app.Menu = in.Button
	s.note(change{Kind: "directory", CorpID: r.corp.ID})
	return nil, nil
}

func (s *Server) getMenu(r *request) (any, *apiError) {
	if err := r.agent(); err != nil {
		return nil, err
	}
	if len(r.app.Menu) == 0 {
		return nil, fail(46003)
	}
	return menuBody{r.app.Menu}, nil
}

func (s *Server) deleteMenu(r *request) (any, *apiError) {
	if err := r.agent(); err != nil {
		return nil, err
	}
	r.app.Menu = nil
	s.note(change{Kind: "directory", CorpID: r.corp.ID})
	return nil, nil
}

var menuTypes = map[string]bool{
	"click": true, "view": true, "view_miniprogram": true, "scancode_push": true, "scancode_waitmsg": true,
	"pic_sysphoto": true, "pic_photo_or_album": true, "pic_weixin": true, "location_select": true,
}

// check holds a button against the limits; the codes of the lower level are
// seven higher than those of the upper.
func (b MenuButton) check(sub bool) *apiError {
	nameLimit, shift := 16, 0
	if sub {
		nameLimit, shift = 40, 7
	}
	if b.Name == "" || len(b.Name) > nameLimit {
		return fail(40018 + shift)
	}
	if len(b.SubButton) > 0 {
		return b.checkSub(sub)
	}
	switch {
	case !menuTypes[b.Type]:
		return fail(40017 + shift)
	case len(b.Key) > 128:
		return fail(40019 + shift)
	case len(b.URL) > 1024:
		return fail(40020 + shift)
	case b.Type == "view" && !strings.HasPrefix(b.URL, "http://") && !strings.HasPrefix(b.URL, "https://"):
		if sub {
			return fail(40054)
		}
		return fail(40055)
	}
	return nil
}

func (b MenuButton) checkSub(sub bool) *apiError {
	if sub {
		return fail(40022)
	}
	if len(b.SubButton) > 5 {
		return fail(40023)
	}
	for _, x := range b.SubButton {
		if err := x.check(true); err != nil {
			return err
		}
	}
	return nil
}
