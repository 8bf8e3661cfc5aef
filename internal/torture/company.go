package torture

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"net/url"
	"strings"
	"time"

	"github.com/huimian/huimian/internal/rehearsal/browser"
	"github.com/huimian/huimian/wecom/wecomtest"
)

const (
	corpID    = "wwtorture0000001"
	agentID   = 1000002
	appSecret = "torture-secret"
	appToken  = "torturetoken"
	appAESKey = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQ"
	recruiter = "recruiter"
)

// company is the company in the simulator of WeCom.
type company struct {
	wecom    *wecomtest.Server
	browsers int // so far
}

// newCompany adds a recruiter, two interviewers for each room, and the app of the product.
func newCompany(publicURL string, rooms int) (*company, error) {
	c := &company{wecom: &wecomtest.Server{}}
	if err := c.wecom.Start("127.0.0.1:0"); err != nil {
		return nil, fmt.Errorf("starting the simulator: %w", err)
	}
	public, err := url.Parse(publicURL)
	if err != nil {
		return nil, fmt.Errorf("parsing the address of the product: %w", err)
	}
	c.wecom.AddCorp(wecomtest.Corp{ID: corpID, Name: "会面测试", Accounts: 2*rooms + 10})
	c.wecom.AddMember(wecomtest.Member{CorpID: corpID, UserID: recruiter, Name: "招聘人员", Departments: []int64{1}})
	for n := range rooms {
		for seat := range 2 {
			id := interviewerID(n, seat)
			c.wecom.AddMember(wecomtest.Member{CorpID: corpID, UserID: id, Name: id, Departments: []int64{1}})
		}
	}
	c.wecom.AddApp(wecomtest.App{
		CorpID: corpID, AgentID: agentID, Name: "会面", Secret: appSecret, HomeURL: publicURL + "/",
		CallbackURL:   fmt.Sprintf("%s/wecom/callback/%s/%d", publicURL, corpID, agentID),
		CallbackToken: appToken, EncodingAESKey: appAESKey, TrustedDomains: []string{public.Host},
	})
	return c, nil
}

func interviewerID(room, seat int) string { return fmt.Sprintf("interviewer%d-%d", room, seat) }

// environment returns the settings of a process.
func (c *company) environment(publicURL string) []string {
	return []string{
		"HUIMIAN_PUBLIC_URL=" + publicURL, "HUIMIAN_COMPANY_NAME=会面测试", "HUIMIAN_ADMINISTRATORS=" + recruiter,
		"HUIMIAN_WECOM_CORP_ID=" + corpID, fmt.Sprint("HUIMIAN_WECOM_AGENT_ID=", agentID),
		"HUIMIAN_WECOM_SECRET=" + appSecret, "HUIMIAN_WECOM_TOKEN=" + appToken, "HUIMIAN_WECOM_ENCODING_AES_KEY=" + appAESKey,
		"HUIMIAN_WECOM_BASE_URL=" + c.wecom.URL(), "HUIMIAN_WECOM_OAUTH_URL=" + c.wecom.URL(), "HUIMIAN_WECOM_LOGIN_URL=" + c.wecom.URL(),
		"HUIMIAN_SANDBOX=off", "HUIMIAN_LOG_LEVEL=warn", "HUIMIAN_SHUTDOWN_TIMEOUT=10s",
		"HUIMIAN_TRUST_PROXY=true", // each person sends an address of their own
	}
}

func (r *run) newBrowser() (*browser.Browser, error) {
	r.company.browsers++
	n := r.company.browsers
	return browser.New(r.balancer.publicURL(), fmt.Sprintf("10.%d.%d.%d", n>>16&255, n>>8&255, n&255))
}

// signIn returns the browser of a member.
func (r *run) signIn(ctx context.Context, userID string) (*browser.Browser, error) {
	b, err := r.newBrowser()
	if err != nil {
		return nil, err
	}
	if err := b.SignIn(ctx, func() string { return r.company.wecom.SignInCode(corpID, userID, agentID) }); err != nil {
		return nil, fmt.Errorf("signing in %s: %w", userID, err)
	}
	return b, nil
}

// roomState is a room and its people.
type roomState struct {
	id     string
	people []*person
}

// prepareRooms schedules an interview for each room and gives each person a session.
func (r *run) prepareRooms(ctx context.Context) error {
	desk, err := r.signIn(ctx, recruiter)
	if err != nil {
		return err
	}
	var position struct{ ID string }
	if err := create(ctx, desk, "/api/positions", map[string]any{"title": "后端工程师"}, &position); err != nil {
		return err
	}
	for n := range r.Rooms {
		room, err := r.prepareRoom(ctx, desk, position.ID, n)
		if err != nil {
			return fmt.Errorf("preparing room %d: %w", n, err)
		}
		r.rooms = append(r.rooms, room)
		r.people = append(r.people, room.people...)
	}
	return nil
}

func (r *run) prepareRoom(ctx context.Context, desk *browser.Browser, positionID string, n int) (*roomState, error) {
	room := &roomState{}
	var interviewers []string
	for seat := range 2 { // the product knows a member from the first sign-in on
		id := interviewerID(n, seat)
		b, err := r.signIn(ctx, id)
		if err != nil {
			return nil, err
		}
		interviewers = append(interviewers, id)
		room.people = append(room.people, r.newPerson(room, b, seat))
	}
	var candidate struct{ ID string }
	err := create(ctx, desk, "/api/candidates", map[string]any{"name": fmt.Sprintf("候选人 %d", n), "positionId": positionID}, &candidate)
	if err != nil {
		return nil, err
	}
	var interview struct{ ID, CandidateLink string }
	err = create(ctx, desk, "/api/interviews", map[string]any{
		"title": "技术面", "positionId": positionID, "candidateId": candidate.ID, "startsAt": time.Now().Add(5 * time.Minute), "durationMinutes": 60,
		"interviewers": interviewers, "room": map[string]any{"kind": "builtin"}, "overrideWarnings": true,
	}, &interview)
	if err != nil {
		return nil, err
	}
	room.id = interview.ID
	guest, err := r.newBrowser()
	if err != nil {
		return nil, err
	}
	_, token, _ := strings.Cut(interview.CandidateLink, "#")
	if err := guest.JoinInterview(ctx, token); err != nil {
		return nil, err
	}
	room.people = append(room.people, r.newPerson(room, guest, len(room.people)))
	return room, nil
}

var errRefused = errors.New("the product refused")

// create creates an object, and waits while the product limits the rate of requests.
func create(ctx context.Context, b *browser.Browser, path string, body, out any) error {
	for {
		status, err := b.CallAPI(ctx, http.MethodPost, path, body, out)
		switch {
		case err != nil:
			return err
		case status == http.StatusCreated:
			return nil
		case status != http.StatusTooManyRequests:
			return fmt.Errorf("%w: POST %s with status %d", errRefused, path, status)
		}
		select {
		case <-ctx.Done():
			return ctx.Err()
		case <-time.After(time.Second):
		}
	}
}
