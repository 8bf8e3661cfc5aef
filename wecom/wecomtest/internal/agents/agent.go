package agents

import (
	"strconv"
	"strings"
	"time"
	"unicode/utf8"

	"github.com/huimian/huimian/wecom/wecomtest/internal/core"
	"github.com/huimian/huimian/wecom/wecomtest/model"
)

type jsTicketReply struct {
	Ticket    string `json:"ticket"`
	ExpiresIn int    `json:"expires_in"`
}

// getJSAPITicket implements get_jsapi_ticket.
//
// https://developer.work.weixin.qq.com/document/path/90506
func (s *Service) getJSAPITicket(r *core.Request) (any, *core.APIError) {
	// The page does not name type; clients send jsapi.
	if kind := r.Query.Get("type"); kind != "" && kind != "jsapi" {
		return nil, core.NewAPIError(91040)
	}
	return s.issueJSTicket(r, "corp")
}

// getAgentConfigTicket implements ticket/get with type=agent_config.
func (s *Service) getAgentConfigTicket(r *core.Request) (any, *core.APIError) {
	if r.Query.Get("type") != "agent_config" {
		return nil, core.NewAPIError(91040)
	}
	return s.issueJSTicket(r, "agent_config")
}

// issueJSTicket returns the application's current ticket of a kind, or a new one when the last has
// expired. Each application has one ticket of each kind at a time.
func (s *Service) issueJSTicket(r *core.Request, kind string) (any, *core.APIError) {
	now := s.CurrentTime()
	app := strconv.FormatInt(r.App.AgentID, 10)
	within := s.Quotas.AllowTicket("corp "+kind+" "+r.Corp.ID, now, core.TicketsCorpHour)
	if !s.Quotas.AllowTicket("app "+kind+" "+r.Corp.ID+" "+app, now, core.TicketsAppHour) || !within {
		if !s.Config().NoQuotas {
			return nil, core.NewAPIError(45009)
		}
	}
	t := FindJSTicket(r.App, kind)
	if !now.Before(t.Expires) {
		t.Value, t.Expires = s.RandomText(60), now.Add(core.TokenTTL)
	}
	return jsTicketReply{t.Value, int(t.Expires.Sub(now) / time.Second)}, nil
}

// FindJSTicket returns the JS-SDK ticket of an application by its kind,
// "corp" or "agent_config".
func FindJSTicket(a *core.AppState, kind string) *core.JSTicket {
	if kind == "corp" {
		return &a.JSTickets[0]
	}
	return &a.JSTickets[1]
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
func checkAgentID(r *core.Request) *core.APIError {
	text := r.Query.Get("agentid")
	if text == "" {
		return core.NewAPIError(41011)
	}
	id, err := strconv.ParseInt(text, 10, 64)
	if err != nil {
		return core.NewAPIError(40056)
	}
	if id != r.App.AgentID {
		return core.NewAPIError(301002)
	}
	return nil
}

// getAgent implements agent/get.
//
// https://developer.work.weixin.qq.com/document/path/90227
func (s *Service) getAgent(r *core.Request) (any, *core.APIError) {
	if err := checkAgentID(r); err != nil {
		return nil, err
	}
	a := r.App
	out := agentReply{AgentID: a.AgentID, Name: a.Name, SquareLogoURL: a.LogoURL, Description: a.Description, HomeURL: a.HomeURL}
	out.AllowUserInfos.User = []userRef{}
	for _, u := range a.VisibleUsers {
		out.AllowUserInfos.User = append(out.AllowUserInfos.User, userRef{u})
	}
	out.AllowParties.PartyID = append([]int64{}, a.VisibleParties...)
	out.AllowTags.TagID = append([]int64{}, a.VisibleTags...)
	if a.HasUnlimitedRange() {
		out.AllowParties.PartyID = []int64{1}
	}
	if d := core.TrustedDomains(a.App); len(d) > 0 {
		out.RedirectDomain = d[0]
	}
	if a.ReportEnter {
		out.IsReportEnter = 1
	}
	return out, nil
}

// setAgent implements agent/set; absent and empty fields keep their value.
//
// https://developer.work.weixin.qq.com/document/path/90228
func (s *Service) setAgent(r *core.Request) (any, *core.APIError) {
	var in struct {
		AgentID        *model.Int        `json:"agentid"`
		Name           *string           `json:"name"`
		Description    *string           `json:"description"`
		RedirectDomain *string           `json:"redirect_domain"`
		LogoMediaID    *string           `json:"logo_mediaid"`
		HomeURL        *string           `json:"home_url"`
		IsReportEnter  model.OptionalInt `json:"isreportenter"`
		ReportLocation model.Int         `json:"report_location_flag"`
	}
	if err := r.DecodeBody(&in); err != nil {
		return nil, err
	}
	switch {
	case !core.IsGivenInt(in.AgentID):
		return nil, core.NewAPIError(41011)
	case int64(*in.AgentID) != r.App.AgentID:
		return nil, core.NewAPIError(301002)
	case in.Name != nil && utf8.RuneCountInString(*in.Name) > 32:
		return nil, core.NewAPIError(45022)
	case core.IsGivenText(in.Description) && (utf8.RuneCountInString(*in.Description) < 4 || utf8.RuneCountInString(*in.Description) > 120):
		return nil, core.NewAPIError(45004)
	case core.IsGivenText(in.HomeURL) && !core.IsHTTPURL(*in.HomeURL):
		return nil, core.NewAPIError(40094)
	case in.ReportLocation != 0 && in.ReportLocation != 1:
		return nil, core.NewAPIError(40059)
	}
	if core.IsGivenText(in.LogoMediaID) {
		if _, err := s.FindMedia(r.Corp, *in.LogoMediaID, "image"); err != nil {
			return nil, err
		}
		r.App.LogoURL = s.URL() + "/sim/media/" + *in.LogoMediaID
	}
	for _, f := range []struct{ to, from *string }{
		{&r.App.Name, in.Name}, {&r.App.Description, in.Description}, {&r.App.HomeURL, in.HomeURL},
	} {
		if core.IsGivenText(f.from) {
			*f.to = *f.from
		}
	}
	if core.IsGivenText(in.RedirectDomain) {
		r.App.TrustedDomains = []string{*in.RedirectDomain}
	}
	if in.IsReportEnter.Given {
		r.App.ReportEnter = in.IsReportEnter.Value == 1
	}
	s.NotifyChange(core.Change{Kind: "directory", CorpID: r.Corp.ID})
	return nil, nil
}

type agentRow struct {
	AgentID       int64  `json:"agentid"`
	Name          string `json:"name"`
	SquareLogoURL string `json:"square_logo_url"`
}

func (s *Service) listAgents(r *core.Request) (any, *core.APIError) {
	return struct {
		AgentList []agentRow `json:"agentlist"`
	}{[]agentRow{{r.App.AgentID, r.App.Name, r.App.LogoURL}}}, nil
}

type menuBody struct {
	Button []model.MenuButton `json:"button"`
}

// createMenu implements menu/create.
//
// https://developer.work.weixin.qq.com/document/path/90231
func (s *Service) createMenu(r *core.Request) (any, *core.APIError) {
	if err := checkAgentID(r); err != nil {
		return nil, err
	}
	var in menuBody
	if err := r.DecodeBody(&in); err != nil {
		return nil, err
	}
	if len(in.Button) < 1 || len(in.Button) > 3 {
		return nil, core.NewAPIError(40016)
	}
	for _, b := range in.Button {
		if err := checkMenuButton(b, false); err != nil {
			return nil, err
		}
	}
	r.App.Menu = in.Button
	s.NotifyChange(core.Change{Kind: "directory", CorpID: r.Corp.ID})
	return nil, nil
}

func (s *Service) getMenu(r *core.Request) (any, *core.APIError) {
	if err := checkAgentID(r); err != nil {
		return nil, err
	}
	if len(r.App.Menu) == 0 {
		return nil, core.NewAPIError(46003)
	}
	return menuBody{r.App.Menu}, nil
}

func (s *Service) deleteMenu(r *core.Request) (any, *core.APIError) {
	if err := checkAgentID(r); err != nil {
		return nil, err
	}
	r.App.Menu = nil
	s.NotifyChange(core.Change{Kind: "directory", CorpID: r.Corp.ID})
	return nil, nil
}

var menuTypes = map[string]bool{
	"click": true, "view": true, "view_miniprogram": true, "scancode_push": true, "scancode_waitmsg": true,
	"pic_sysphoto": true, "pic_photo_or_album": true, "pic_weixin": true, "location_select": true,
}

// checkMenuButton checks a button against WeCom's limits. The error codes of a sub-button are those of
// a top-level button plus 7.
func checkMenuButton(b model.MenuButton, sub bool) *core.APIError {
	nameLimit, shift := 16, 0
	if sub {
		nameLimit, shift = 40, 7
	}
	if b.Name == "" || len(b.Name) > nameLimit {
		return core.NewAPIError(40018 + shift)
	}
	if len(b.SubButton) > 0 {
		return checkSubButtons(b, sub)
	}
	switch {
	case !menuTypes[b.Type]:
		return core.NewAPIError(40017 + shift)
	case len(b.Key) > 128:
		return core.NewAPIError(40019 + shift)
	case len(b.URL) > 1024:
		return core.NewAPIError(40020 + shift)
	case b.Type == "view" && !strings.HasPrefix(b.URL, "http://") && !strings.HasPrefix(b.URL, "https://"):
		if sub {
			return core.NewAPIError(40054)
		}
		return core.NewAPIError(40055)
	}
	return nil
}

func checkSubButtons(b model.MenuButton, sub bool) *core.APIError {
	if sub {
		return core.NewAPIError(40022)
	}
	if len(b.SubButton) > 5 {
		return core.NewAPIError(40023)
	}
	for _, x := range b.SubButton {
		if err := checkMenuButton(x, true); err != nil {
			return err
		}
	}
	return nil
}
