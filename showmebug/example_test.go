package showmebug_test

import (
	"context"
	"fmt"
	"net/http"
	"net/http/httptest"
	"net/url"

	"github.com/huimian/huimian/showmebug"
	"github.com/huimian/huimian/showmebug/showmebugtest"
)

const (
	clientID     = "app-key"
	clientSecret = "app-secret-0123456789"
)

// newTeam starts a ShowMeBug in a box with one team, in place of the true one.
// Events of the team go to callback.
func newTeam(callback string) (*showmebugtest.Server, *showmebug.Client, error) {
	sim := &showmebugtest.Server{Seed: 1}
	if err := sim.Start("127.0.0.1:0"); err != nil {
		return nil, nil, err
	}
	sim.AddTeam(showmebugtest.Team{Name: "云杉科技", ClientID: clientID, ClientSecret: clientSecret, CallbackURL: callback, Quota: 100})
	c, err := showmebug.New(showmebug.Config{ClientID: clientID, ClientSecret: clientSecret, BaseURL: sim.URL()})
	return sim, c, err
}

func Example() {
	sim, c, err := newTeam("")
	if err != nil {
		fmt.Println(err)
		return
	}
	defer sim.Close()

	interview, err := c.Interviews.Create(context.Background(), showmebug.NewInterview{
		CandidateName: "王芳",
		Interviewers: []showmebug.Interviewer{
			{UID: "ChenMo", Name: "陈默", Email: "chenmo@acme.example"},
			{UID: "LinYue", Name: "林悦", Phone: "13800001111"},
		},
		EvaluationLink: "https://hm.example/embed/evaluation/42",
	})
	if err != nil {
		fmt.Println(err)
		return
	}
	fmt.Println(len(interview.InterviewerURLs), "personal links")
	fmt.Println(interview.LinkFor("ChenMo") != interview.LinkFor("LinYue"), interview.CandidateURL != "")
	// Output:
	// 2 personal links
	// true true
}

func ExampleTeamService_Me() {
	sim, c, err := newTeam("")
	if err != nil {
		fmt.Println(err)
		return
	}
	defer sim.Close()

	us, err := c.Team.Me(context.Background(), showmebug.MemberSearch{})
	if err != nil {
		fmt.Println(showmebug.AdminMessage(err))
		return
	}
	fmt.Println(us.Name, *us.LeftQuota)
	// Output: 云杉科技 100
}

func ExampleTeamService_AddMember() {
	sim, c, err := newTeam("")
	if err != nil {
		fmt.Println(err)
		return
	}
	defer sim.Close()

	_, err = c.Team.AddMember(context.Background(), showmebug.NewMember{UID: "ChenMo", Name: "陈默"})
	fmt.Println(err)
	_, err = c.Team.AddMember(context.Background(), showmebug.NewMember{UID: "ChenMo", Name: "陈默", Phone: "13800001111"})
	fmt.Println(err)
	// Output:
	// showmebug: member has neither email nor phone, one of them is needed
	// <nil>
}

func ExampleClassOf() {
	sim, c, err := newTeam("")
	if err != nil {
		fmt.Println(err)
		return
	}
	defer sim.Close()

	sim.AddFault(showmebugtest.Fault{Path: "POST interviews", Errcode: showmebugtest.CodeQuota, Errmsg: "剩余场次不足"})
	_, err = c.Interviews.Create(context.Background(), showmebug.NewInterview{CandidateName: "王芳"})
	switch showmebug.ClassOf(err) {
	case showmebug.ClassQuota, showmebug.ClassConfig, showmebug.ClassPermission:
		fmt.Println("for an administrator:", showmebug.AdminMessage(err))
	case showmebug.ClassRetry, showmebug.ClassLimit, showmebug.ClassNetwork:
		fmt.Println("later")
	case showmebug.ClassArgument:
		fmt.Println("change it:", err)
	}
	// Output: for an administrator: The team has no sessions left: buy sessions at ShowMeBug, or transfer some from another team. (剩余场次不足)
}

func ExampleInterviewService_All() {
	sim, c, err := newTeam("")
	if err != nil {
		fmt.Println(err)
		return
	}
	defer sim.Close()
	candidates := make([]showmebug.BatchCandidate, 60)
	for i := range candidates {
		candidates[i] = showmebug.BatchCandidate{UID: fmt.Sprint("c", i), Name: "候选人"}
	}
	created, err := c.Interviews.CreateBatch(context.Background(), 0, candidates)
	if err != nil {
		fmt.Println(err)
		return
	}
	if err := sim.EndInterview(created[7].UID, 5); err != nil {
		fmt.Println(err)
		return
	}

	// What was missed while we were down: interviews that have ended.
	filter := showmebug.InterviewFilter{Status: []showmebug.InterviewStatus{showmebug.StatusEnded}}
	for interview, err := range c.Interviews.All(context.Background(), filter) {
		if err != nil {
			fmt.Println(err)
			return
		}
		result, err := c.Interviews.Result(context.Background(), interview.UID)
		fmt.Println(interview.UID == created[7].UID, *result.Rate, err)
	}
	// Output: true 5 <nil>
}

func ExampleWrittenPadService_CreateBatch() {
	sim, c, err := newTeam("")
	if err != nil {
		fmt.Println(err)
		return
	}
	defer sim.Close()
	examID := sim.AddExam(sim.Teams()[0].ID, showmebugtest.Exam{Name: "后端笔试", DurationMinutes: 60,
		Questions: []showmebugtest.Question{{QuestionType: "choice", Title: "栈与队列"}}})

	pads, err := c.WrittenPads.CreateBatch(context.Background(), examID, []showmebug.BatchCandidate{{UID: "c1", Name: "王芳"}})
	if err != nil {
		fmt.Println(err)
		return
	}
	if err := sim.FinishWrittenPad(pads[0].UID, 8); err != nil {
		fmt.Println(err)
		return
	}
	pad, err := c.WrittenPads.Get(context.Background(), pads[0].UID)
	if err != nil {
		fmt.Println(err)
		return
	}
	fmt.Println(pad.CandidateName, pad.Status == showmebug.WrittenPadEnded, *pad.Score)
	// Output: 王芳 true 8
}

func ExampleWebhook() {
	callback := httptest.NewServer(&showmebug.Webhook{
		Secret: clientSecret,
		Handle: func(_ context.Context, e showmebug.Event) error {
			switch value := e.Value.(type) {
			case showmebug.InterviewEnded:
				fmt.Println("ended, rated", *value.Rate)
			default:
				fmt.Println("new to us:", e.Name)
			}
			return nil // 200: ShowMeBug does not deliver it again
		},
	})
	defer callback.Close()
	sim, c, err := newTeam(callback.URL)
	if err != nil {
		fmt.Println(err)
		return
	}
	defer sim.Close()

	interview, err := c.Interviews.Create(context.Background(), showmebug.NewInterview{CandidateName: "王芳"})
	if err != nil {
		fmt.Println(err)
		return
	}
	fmt.Println(sim.EndInterview(interview.UID, 5)) // an interviewer does so on ShowMeBug's page
	// Output:
	// ended, rated 5
	// <nil>
}

func ExampleSign() {
	// The vector on ShowMeBug's page about events.
	body := []byte(`{"event":"interview_ended","ts":1593676655,"payload":{"uid":"ABCDEF","rate":5}}`)
	fmt.Println(showmebug.Sign("secret", body))
	// Output: 9B3EF6548095106634DA41E326747C0251761C62
}

func ExamplePlatform() {
	sim, _, err := newTeam("")
	if err != nil {
		fmt.Println(err)
		return
	}
	defer sim.Close()
	const back = "https://ats.example/showmebug/consent"
	sim.AddPlatform(showmebugtest.Platform{Name: "招聘系统", ClientID: "platform-key", ClientSecret: "platform-secret", RedirectURI: back})

	platform, err := showmebug.NewPlatform(showmebug.Config{ClientID: "platform-key", ClientSecret: "platform-secret", BaseURL: sim.URL()}, back)
	if err != nil {
		fmt.Println(err)
		return
	}
	// Redirect the browser of a team member to this URL; state must be random and bound to its session.
	page, err := url.Parse(platform.AuthorizeURL("random-state"))
	if err != nil {
		fmt.Println(err)
		return
	}
	fmt.Println(page.Path, page.Query().Get("scope"))

	// The browser comes back with a code; the simulator hands it out at once.
	code, err := sim.Authorize(sim.Teams()[0].ID, "platform-key")
	if err != nil {
		fmt.Println(err)
		return
	}
	c, err := platform.Exchange(context.Background(), "yunshan", showmebug.Secret(code))
	if err != nil {
		fmt.Println(err)
		return
	}
	us, err := c.Team.Me(context.Background(), showmebug.MemberSearch{})
	if err != nil {
		fmt.Println(err)
		return
	}
	fmt.Println(us.Name)
	// Output:
	// /oauth/authorize exam interview
	// 云杉科技
}

func ExampleClient_Call() {
	sim, c, err := newTeam("")
	if err != nil {
		fmt.Println(err)
		return
	}
	defer sim.Close()

	var us struct {
		Name string `json:"name"`
	}
	err = c.Call(context.Background(), http.MethodGet, "/open_api/v1/me", nil, &us)
	fmt.Println(us.Name, err)
	// Output: 云杉科技 <nil>
}
