package wecom

import (
	"context"
	"net/url"
	"strconv"
)

// AgentService reads the settings of the app itself.
// See https://developer.work.weixin.qq.com/document/path/90227
type AgentService struct{ client *Client }

// Agent is the app as the admin console shows it.
type Agent struct {
	AgentID            int64
	Name               string
	SquareLogoURL      string
	Description        string
	AllowUsers         []string // visible range: members,
	AllowParties       []int64  // departments with all below them,
	AllowTags          []int64  // and tags
	Closed             bool
	RedirectDomain     string // trusted domain
	ReportLocationFlag bool
	ReportEnter        bool // tells the app when a member opens it
	HomeURL            string
}

// agentReply is an Agent as WeCom writes it.
type agentReply struct {
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
	RedirectDomain     string `json:"redirect_domain"`
	ReportLocationFlag Flag   `json:"report_location_flag"`
	IsReportEnter      Flag   `json:"isreportenter"`
	HomeURL            string `json:"home_url"`
}

// Get reads the settings of the client's app.
// See https://developer.work.weixin.qq.com/document/path/90227
func (s *AgentService) Get(ctx context.Context) (*Agent, error) {
	var r agentReply
	query := url.Values{"agentid": {strconv.FormatInt(s.client.agentID, 10)}}
	if err := s.client.do(ctx, s.client.get("/cgi-bin/agent/get", query), &r); err != nil {
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

// ServerService tells which addresses WeCom itself uses.
// See https://developer.work.weixin.qq.com/document/path/90930
type ServerService struct{ client *Client }

// CallbackIPs lists the addresses that callbacks come from. Ask daily; old and
// new ranges overlap for a while.
// See https://developer.work.weixin.qq.com/document/path/90930
func (s *ServerService) CallbackIPs(ctx context.Context) ([]string, error) {
	return s.ips(ctx, "/cgi-bin/getcallbackip")
}

// APIDomainIPs lists the addresses of the API itself, for firewalls.
// See https://developer.work.weixin.qq.com/document/path/92520
func (s *ServerService) APIDomainIPs(ctx context.Context) ([]string, error) {
	return s.ips(ctx, "/cgi-bin/get_api_domain_ip")
}

func (s *ServerService) ips(ctx context.Context, path string) ([]string, error) {
	var reply struct {
		envelope
		IPList []string `json:"ip_list"`
	}
	if err := s.client.do(ctx, s.client.get(path, nil), &reply); err != nil {
		return nil, err
	}
	return reply.IPList, nil
}
