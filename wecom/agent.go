package wecom

import (
	"cmp"
	"context"
	"net/url"
	"strconv"
	"unicode/utf8"
)

// AgentService reads and changes the settings of the app.
// See https://developer.work.weixin.qq.com/document/path/90227
type AgentService struct{ client *Client }

// Agent is an app with its settings.
type Agent struct {
	AgentID            int64
	Name               string
	SquareLogoURL      string
	Description        string
	AllowUsers         []string // visible range: members,
	AllowParties       []int64  // departments with their subdepartments,
	AllowTags          []int64  // and tags
	Closed             bool
	RedirectDomain     string // trusted domain
	ReportLocationFlag bool
	ReportEnter        bool // whether WeCom sends an event when a member opens the app
	HomeURL            string
}

// agentResponse is an Agent in WeCom's JSON format.
type agentResponse struct {
	envelope
	AgentID       int64  `json:"agentid"`
	Name          string `json:"name"`
	SquareLogoURL string `json:"square_logo_url"`
	Description   string `json:"description"`
	Users         struct {
		User []struct {
			UserID string `json:"userid"`
		} `json:"user"`
	} `json:"allow_userinfos"`
	Parties struct {
		PartyID []int64 `json:"partyid"`
	} `json:"allow_partys"`
	Tags struct {
		TagID []int64 `json:"tagid"`
	} `json:"allow_tags"`
	Close              Flag   `json:"close"`
	RedirectDomain     string `json:"redirect_domain"` // returns 85005 unless verified
	ReportLocationFlag Flag   `json:"report_location_flag"`
	IsReportEnter      Flag   `json:"isreportenter"`
	HomeURL            string `json:"home_url"`
}

// Get returns the settings of the client's app.
// See https://developer.work.weixin.qq.com/document/path/90227
func (s *AgentService) Get(ctx context.Context) (*Agent, error) {
	var r agentResponse
	query := url.Values{"agentid": {strconv.FormatInt(s.client.agentID, 10)}}
	if err := s.client.doCall(ctx, s.client.getCall("/cgi-bin/agent/get", query), &r); err != nil {
		return nil, err
	}
	a := &Agent{
		AgentID: r.AgentID, Name: r.Name, SquareLogoURL: r.SquareLogoURL, Description: r.Description,
		AllowParties: r.Parties.PartyID, AllowTags: r.Tags.TagID, Closed: bool(r.Close),
		RedirectDomain: r.RedirectDomain, ReportLocationFlag: bool(r.ReportLocationFlag),
		ReportEnter: bool(r.IsReportEnter), HomeURL: r.HomeURL,
	}
	for _, u := range r.Users.User {
		a.AllowUsers = append(a.AllowUsers, u.UserID)
	}
	return a, nil
}

// List returns the apps that the token can access: the client's own.
// See https://developer.work.weixin.qq.com/document/path/90227
func (s *AgentService) List(ctx context.Context) ([]SimpleAgent, error) {
	var reply struct {
		envelope
		Agents []SimpleAgent `json:"agentlist"`
	}
	if err := s.client.doCall(ctx, s.client.getCall("/cgi-bin/agent/list", nil), &reply); err != nil {
		return nil, err
	}
	return reply.Agents, nil
}

// SimpleAgent is an app with its name and logo.
type SimpleAgent struct {
	AgentID       int64  `json:"agentid"`
	Name          string `json:"name"`
	SquareLogoURL string `json:"square_logo_url"`
}

// AgentSettings are the fields that Set changes. Empty fields are left
// unchanged.
type AgentSettings struct {
	AgentID            int64  `json:"agentid"`                   // set by Set
	Name               string `json:"name,omitempty"`            // at most 32 characters
	Description        string `json:"description,omitempty"`     // 4 to 120 characters
	LogoMediaID        string `json:"logo_mediaid,omitempty"`    // of an uploaded image
	RedirectDomain     string `json:"redirect_domain,omitempty"` // 85005 when it is not verified
	HomeURL            string `json:"home_url,omitempty"`        // with http(s)://
	ReportLocationFlag *Flag  `json:"report_location_flag,omitempty"`
	ReportEnter        *Flag  `json:"isreportenter,omitempty"` // whether WeCom sends an event when a member opens the app
}

// Set changes the settings of the client's app.
// See https://developer.work.weixin.qq.com/document/path/90228
func (s *AgentService) Set(ctx context.Context, settings AgentSettings) error {
	settings.AgentID = cmp.Or(settings.AgentID, s.client.agentID)
	var k fieldChecker
	k.CheckRunes("name", settings.Name, 32)
	k.CheckRunes("description", settings.Description, 120)
	if n := utf8.RuneCountInString(settings.Description); n > 0 && n < 4 {
		k.Reject("description", "has fewer than 4 characters")
	}
	if settings.HomeURL != "" {
		k.checkURL("home_url", settings.HomeURL, 1024)
	}
	if err := k.firstError(); err != nil {
		return err
	}
	return s.client.doCall(ctx, s.client.postCall("/cgi-bin/agent/set", settings), &struct{ envelope }{})
}

// ServerService lists the IP addresses of WeCom's servers.
// See https://developer.work.weixin.qq.com/document/path/90930
type ServerService struct{ client *Client }

// GetCallbackIPs returns the IP addresses that callbacks come from. Refresh the
// list daily; old and new ranges overlap for a while.
// See https://developer.work.weixin.qq.com/document/path/90930
func (s *ServerService) GetCallbackIPs(ctx context.Context) ([]string, error) {
	return s.listIPs(ctx, "/cgi-bin/getcallbackip")
}

// GetAPIDomainIPs returns the IP addresses of the API servers, for firewalls.
// See https://developer.work.weixin.qq.com/document/path/92520
func (s *ServerService) GetAPIDomainIPs(ctx context.Context) ([]string, error) {
	return s.listIPs(ctx, "/cgi-bin/get_api_domain_ip")
}

func (s *ServerService) listIPs(ctx context.Context, path string) ([]string, error) {
	var reply struct {
		envelope
		IPList []string `json:"ip_list"`
	}
	if err := s.client.doCall(ctx, s.client.getCall(path, nil), &reply); err != nil {
		return nil, err
	}
	return reply.IPList, nil
}
