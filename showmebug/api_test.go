package showmebug

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"
	"testing"
)

// TestRequests compares the request of each method with the documented one.
func TestRequests(t *testing.T) {
	ctx := context.Background()
	interviewers := []Interviewer{{UID: "ChenMo", Name: "陈默", Email: "chenmo@acme.example"}}
	candidates := []BatchCandidate{{"c1", "王芳"}, {"c2", "李雷"}}
	question := NewQuestion{Type: QuestionChoice, Title: "栈", Content: QuestionContent{Options: []QuestionOption{{"对", true}, {"错", false}}}, Extend: map[string]any{"k": 1}}
	for _, tc := range []struct {
		request string // method, path and query
		body    string
		do      func(c *Client) error
	}{
		{"GET /open_api/v1/me?email_search=%40acme&ids_search=7&phone_search=138", "", func(c *Client) error {
			_, err := c.Team.Me(ctx, MemberSearch{"@acme", "138", 7})
			return err
		}},
		{"POST /open_api/v1/team_members", `{"email":"a@b.example","name":"陈默","team_role":"interviewer","uid":"ChenMo","x":1}`, func(c *Client) error {
			_, err := c.Team.AddMember(ctx, NewMember{UID: "ChenMo", Name: "陈默", Email: "a@b.example", Role: "interviewer", Extra: map[string]any{"x": 1}})
			return err
		}},
		{"PUT /open_api/v1/transfer_team_bank", `{"from_team_client_id":"k","from_team_id":"9","from_team_token":"azpz","quota":"10"}`, func(c *Client) error {
			_, err := c.Team.TransferQuota(ctx, QuotaTransfer{"k", "s", 9, 10})
			return err
		}},
		{"POST /open_api/v1/interviews", `{"candidate_name":"王芳","evaluation_link":"https://hm.example/e","interviewers":[{"uid":"ChenMo","name":"陈默","email":"chenmo@acme.example"}],` +
			`"redirect_uri":"https://hm.example/","resume_link":"https://hm.example/r","type_id":2,"user_id":7,"written_pad_uid":"W1"}`, func(c *Client) error {
			_, err := c.Interviews.Create(ctx, NewInterview{CreatorID: 7, CandidateName: "王芳", Type: InterviewNonTechnical, Interviewers: interviewers, WrittenPadUID: "W1",
				ResumeLink: "https://hm.example/r", EvaluationLink: "https://hm.example/e", RedirectURI: "https://hm.example/"})
			return err
		}},
		{"POST /open_api/v1/batch_interviews", `{"user_id":7,"interviews":[{"uid":"c1","name":"王芳"},{"uid":"c2","name":"李雷"}]}`, func(c *Client) error {
			_, err := c.Interviews.CreateBatch(ctx, 7, candidates)
			return err
		}},
		{"PATCH /open_api/v1/interviews/ABCDEF", `{"candidate_name":"王芳","type_id":1,"uid":"ABCDEF"}`, func(c *Client) error {
			_, err := c.Interviews.Edit(ctx, "ABCDEF", InterviewEdit{Type: InterviewTechnical, CandidateName: "王芳"})
			return err
		}},
		{"DELETE /open_api/v1/interviews/ABCDEF", "", func(c *Client) error { return c.Interviews.Delete(ctx, "ABCDEF") }},
		{"GET /open_api/v1/interviews/ABCDEF/result", "", func(c *Client) error {
			_, err := c.Interviews.Result(ctx, "ABCDEF")
			return err
		}},
		{"GET /open_api/v1/exams?page=2&per_page=50&search=Go", "", func(c *Client) error {
			_, err := c.Exams.List(ctx, ListFilter{Paging{2, 50}, "Go"})
			return err
		}},
		{"DELETE /open_api/v1/exams/3", "", func(c *Client) error { return c.Exams.Delete(ctx, 3) }},
		{"GET /open_api/v1/exams/3/exam_link?user_id=7", "", func(c *Client) error {
			_, err := c.Exams.Link(ctx, 3, 7)
			return err
		}},
		{"PATCH /open_api/v1/exams/3/exam_link", `{"user_id":7}`, func(c *Client) error {
			_, err := c.Exams.RenewLink(ctx, 3, 7)
			return err
		}},
		{"POST /open_api/v1/exam_rooms", `{"exam_entrance_time_setting":"time_at","exam_id":3,"name":"春招","time_at":"x"}`, func(c *Client) error {
			_, err := c.Exams.CreateRoom(ctx, NewExamRoom{ExamID: 3, Name: "春招", Entrance: EntranceTimeAt, Extra: map[string]any{"time_at": "x"}})
			return err
		}},
		{"GET /open_api/v1/exam_rooms", "", func(c *Client) error {
			_, err := c.Exams.ListRooms(ctx, ListFilter{})
			return err
		}},
		{"POST /open_api/v1/written_pads", `{"exam_id":3,"name":"王芳","uid":"c1"}`, func(c *Client) error {
			_, err := c.WrittenPads.Create(ctx, NewWrittenPad{ExamID: 3, CandidateUID: "c1", CandidateName: "王芳"})
			return err
		}},
		{"POST /open_api/v1/batch_written_pads", `{"exam_id":3,"candidates":[{"uid":"c1","name":"王芳"},{"uid":"c2","name":"李雷"}]}`, func(c *Client) error {
			_, err := c.WrittenPads.CreateBatch(ctx, 3, candidates)
			return err
		}},
		{"GET /open_api/v1/written_pads?search=x", "", func(c *Client) error {
			_, err := c.WrittenPads.List(ctx, ListFilter{Search: "x"})
			return err
		}},
		{"GET /open_api/v1/written_pads/W1", "", func(c *Client) error {
			_, err := c.WrittenPads.Get(ctx, "W1")
			return err
		}},
		{"DELETE /open_api/v1/written_pads/W1", "", func(c *Client) error { return c.WrittenPads.Delete(ctx, "W1") }},
		{"GET /open_api/v1/written_questions?page=1&question_type=choice", "", func(c *Client) error {
			_, err := c.WrittenQuestions.List(ctx, QuestionFilter{ListFilter{Paging: Paging{Page: 1}}, QuestionChoice})
			return err
		}},
		{"GET /open_api/v1/written_questions/5", "", func(c *Client) error {
			_, err := c.WrittenQuestions.Get(ctx, 5)
			return err
		}},
		{"POST /open_api/v1/written_questions",
			`{"content_json":{"options":[{"content":"对","correctly":true},{"content":"错"}]},"extend":{"k":1},"question_type":"choice","title":"栈"}`, func(c *Client) error {
				_, err := c.WrittenQuestions.Create(ctx, question)
				return err
			}},
		{"POST /open_api/v1/batch_written_questions", `{"questions":[{"question_type":"essay","title":"x"}]}`, func(c *Client) error {
			_, err := c.WrittenQuestions.CreateBatch(ctx, []NewQuestion{{Type: QuestionEssay, Title: "x"}})
			return err
		}},
		{"DELETE /open_api/v1/written_questions/5", "", func(c *Client) error { return c.WrittenQuestions.Delete(ctx, 5) }},
		{"GET /open_api/v1/questions", "", func(c *Client) error {
			_, err := c.Questions.List(ctx, QuestionFilter{})
			return err
		}},
		{"POST /open_api/v1/questions", `{"question_type":"programming","title":"x","user_id":7}`, func(c *Client) error {
			_, err := c.Questions.Create(ctx, NewQuestion{Type: QuestionProgramming, Title: "x", CreatorID: 7})
			return err
		}},
		{"POST /open_api/v1/batch_questions", `{"questions":[{"question_type":"drawing","title":"x"}]}`, func(c *Client) error {
			_, err := c.Questions.CreateBatch(ctx, []NewQuestion{{Type: QuestionDrawing, Title: "x"}})
			return err
		}},
		{"DELETE /open_api/v1/questions/5", "", func(c *Client) error { return c.Questions.Delete(ctx, 5) }},
		{"GET /open_api/v1/videos/v-1", "", func(c *Client) error {
			_, err := c.Videos.Get(ctx, "v-1")
			return err
		}},
		{"GET /open_api/v1/skill_dimensions", "", func(c *Client) error {
			_, err := c.WrittenQuestions.SkillDimensions(ctx)
			return err
		}},
	} {
		n := staticTransport(200, `{"errcode":0,"errmsg":"成功","data":{"id":1,"uid":"ABCDEF","url":"https://x.example/"}}`)
		if err := tc.do(n.newClient(t)); err != nil {
			t.Errorf("%s: %v", tc.request, err)
		}
		if len(n.requests) != 1 {
			t.Errorf("%s: %d requests", tc.request, len(n.requests))
			continue
		}
		r := n.requests[0]
		got := strings.TrimSuffix(r.method+" "+r.path+"?"+r.query, "?")
		if got != tc.request || r.body != tc.body {
			t.Errorf("sent %s %s\nwant %s %s", got, r.body, tc.request, tc.body)
		}
		wantType := map[bool]string{true: "", false: "application/json"}[tc.body == ""]
		if r.token() != "token-1" || r.header.Get("Content-Type") != wantType {
			t.Errorf("%s: sent with %v", tc.request, r.header)
		}
	}
}

func TestLegacyCandidateName(t *testing.T) {
	n := staticTransport(200, `{"errcode":0,"data":{"uid":"A"}}`)
	c := n.newClient(t, func(cfg *Config) { cfg.Compat.LegacyCandidateName = true })
	if _, err := c.Interviews.Create(t.Context(), NewInterview{CandidateName: "王芳"}); err != nil || n.requests[0].body != `{"candidate_name":"王芳","name":"王芳"}` {
		t.Errorf("sent %s: %v", n.requests[0].body, err)
	}
}

// TestValidation checks that invalid requests are rejected before they are sent.
func TestValidation(t *testing.T) {
	person := func(i int) Interviewer { return Interviewer{UID: fmt.Sprint("u", i), Name: "n", Phone: "1"} }
	six := []Interviewer{person(1), person(2), person(3), person(4), person(5), person(6)}
	many := func(n int) (list []BatchCandidate) {
		for i := range n {
			list = append(list, BatchCandidate{fmt.Sprint(i), "n"})
		}
		return list
	}
	create := func(list ...Interviewer) func(*Client, context.Context) error {
		return func(c *Client, ctx context.Context) error {
			_, err := c.Interviews.Create(ctx, NewInterview{Interviewers: list})
			return err
		}
	}
	for _, tc := range []struct {
		want string
		do   func(*Client, context.Context) error
	}{
		{"showmebug: interviewers has 6 entries, at most 5 are allowed", create(six...)},
		{"showmebug: interviewers[1] has neither email nor phone, one of them is needed", create(person(1), Interviewer{UID: "b", Name: "n"})},
		{"showmebug: interviewers[0].uid is empty", create(Interviewer{Name: "n", Email: "e"})},
		{"showmebug: interviewers[0].name is empty", create(Interviewer{UID: "n", Email: "e"})},
		{`showmebug: interviewers has the uid "u1" twice`, create(person(1), person(1))},
		{"showmebug: resume_link does not start with http:// or https://", func(c *Client, ctx context.Context) error {
			_, err := c.Interviews.Create(ctx, NewInterview{ResumeLink: "javascript:x"})
			return err
		}},
		{"showmebug: interviews has 101 entries, at most 100 are allowed", func(c *Client, ctx context.Context) error {
			_, err := c.Interviews.CreateBatch(ctx, 0, many(101))
			return err
		}},
		{"showmebug: interviews has 0 entries, at least 1 are needed", func(c *Client, ctx context.Context) error {
			_, err := c.Interviews.CreateBatch(ctx, 0, nil)
			return err
		}},
		{"showmebug: candidates has 101 entries, at most 100 are allowed", func(c *Client, ctx context.Context) error {
			_, err := c.WrittenPads.CreateBatch(ctx, 1, many(101))
			return err
		}},
		{"showmebug: per_page is 51, must be 1 to 50", func(c *Client, ctx context.Context) error {
			_, err := c.Interviews.List(ctx, InterviewFilter{Paging: Paging{PerPage: 51}})
			return err
		}},
		{"showmebug: page is negative", func(c *Client, ctx context.Context) error {
			_, err := c.Exams.List(ctx, ListFilter{Paging: Paging{Page: -1}})
			return err
		}},
		{"showmebug: member has neither email nor phone, one of them is needed", func(c *Client, ctx context.Context) error {
			_, err := c.Team.AddMember(ctx, NewMember{UID: "u", Name: "n"})
			return err
		}},
		{"showmebug: uid must have 1 to 128 letters, digits, _, -, . or ~", func(c *Client, ctx context.Context) error {
			return c.Interviews.Delete(ctx, "../exams/3")
		}},
		{"showmebug: id must be a positive number", func(c *Client, ctx context.Context) error { return c.Exams.Delete(ctx, 0) }},
		{"showmebug: quota is 0, at least 1 is needed", func(c *Client, ctx context.Context) error {
			_, err := c.Team.TransferQuota(ctx, QuotaTransfer{FromClientID: "k", FromClientSecret: "s", FromTeamID: 1})
			return err
		}},
		{"showmebug: questions[1].title is empty", func(c *Client, ctx context.Context) error {
			_, err := c.Questions.CreateBatch(ctx, []NewQuestion{{Type: QuestionEssay, Title: "x"}, {Type: QuestionEssay}})
			return err
		}},
	} {
		n := &fakeTransport{}
		err := tc.do(n.newClient(t), t.Context())
		field, ok := errors.AsType[*FieldError](err)
		if !ok || field.Error() != tc.want || ClassOf(err) != ClassArgument || !strings.HasPrefix(AdminMessage(err), "The request was not sent: ") {
			t.Errorf("got %v, want %s", err, tc.want)
		}
		if len(n.requests) != 0 {
			t.Errorf("%s: it was sent", tc.want)
		}
	}
	n := staticTransport(200, `{"data":{"uid":"A"}}`)
	if err := create(six[:5]...)(n.newClient(t), t.Context()); err != nil {
		t.Errorf("five interviewers: %v", err)
	}
}

func TestPersonalLinks(t *testing.T) {
	n := staticTransport(200, `{"errcode":0,"data":{"uid":"ABCDEF","interviewer_url":"https://i.example/all","candidate_url":"https://c.example/",`+
		`"interviewer_urls":[{"uid":"ChenMo","name":"陈默","interviewer_url":"https://i.example/1"},{"uid":42,"name":"林悦","interviewer_url":"https://i.example/2"}]}}`)
	interview, err := n.newClient(t).Interviews.Create(t.Context(), NewInterview{})
	if err != nil {
		t.Fatal(err)
	}
	for uid, want := range map[string]string{"ChenMo": "https://i.example/1", "42": "https://i.example/2", "": "https://i.example/all", "x": "https://i.example/all"} {
		if got := interview.LinkFor(uid); got != want {
			t.Errorf("%q goes to %s, want %s", uid, got, want)
		}
	}
}

func TestIncompleteResponses(t *testing.T) {
	c := staticTransport(200, `{"errcode":0,"data":{}}`).newClient(t)
	_, createErr := c.Interviews.Create(t.Context(), NewInterview{})
	_, linkErr := c.Exams.Link(t.Context(), 1, 0)
	for _, err := range []error{createErr, linkErr} {
		if ClassOf(err) != ClassNetwork {
			t.Errorf("got %v", err)
		}
	}
	if !asError(t, createErr).Uncertain {
		t.Error("an interview may have been created, and the error does not say so")
	}
	if _, err := c.Interviews.Edit(t.Context(), "A", InterviewEdit{}); err != nil {
		t.Errorf("the answer to an edit may be empty: %v", err)
	}
}

// TestPages reads a list through the forms it may have.
func TestPages(t *testing.T) {
	for _, data := range []string{
		`{"count":2,"questions":[{"id":1,"title":"a"},{"id":2}]}`,
		`{"count":"2","exams":[{"id":"1","title":"a"},{"id":2}]}`,
		`{"total":2,"written_questions":[{"id":1,"title":"a"},{"id":2}]}`,
		`{"total_count":2,"whatever":[{"id":1,"title":"a"},{"id":2}]}`,
	} {
		page, err := staticTransport(200, `{"errcode":0,"data":`+data+`}`).newClient(t).WrittenQuestions.List(t.Context(), QuestionFilter{})
		if err != nil || page.Count != 2 || len(page.Items) != 2 || page.Items[0].Title != "a" || page.Items[1].ID != 2 {
			t.Errorf("%s is read as %+v: %v", data, page, err)
		}
	}
	page, err := staticTransport(200, `{"errcode":0,"data":[{"id":1}]}`).newClient(t).WrittenQuestions.List(t.Context(), QuestionFilter{})
	if err != nil || len(page.Items) != 1 {
		t.Errorf("a bare array is read as %+v: %v", page, err)
	}
	page, err = staticTransport(200, `{"errcode":0,"data":{"a":[1],"b":[2]}}`).newClient(t).WrittenQuestions.List(t.Context(), QuestionFilter{})
	if err != nil || len(page.Items) != 0 {
		t.Errorf("two lists are read as %+v: %v", page, err)
	}
}

// interviewPages returns a list of n interviews on a server that counts, pages, or does neither.
func interviewPages(n int, counts, pages bool) *fakeTransport {
	return &fakeTransport{answer: func(r request) (int, string) {
		at, per := 1, DefaultPerPage
		_, _ = fmt.Sscanf(r.query, "page=%d&per_page=%d", &at, &per)
		from, to := (at-1)*per, at*per
		if !pages {
			from, to = 0, n
		}
		var items []string
		for i := from; i < min(to, n); i++ {
			items = append(items, fmt.Sprintf(`{"uid":"U%d"}`, i))
		}
		count := ""
		if counts {
			count = fmt.Sprintf(`"count":%d,`, n)
		}
		return 200, fmt.Sprintf(`{"errcode":0,"data":{%s"interviews":[%s]}}`, count, strings.Join(items, ","))
	}}
}

func TestAll(t *testing.T) {
	for _, tc := range []struct {
		n             int
		counts, pages bool
		requests      int
	}{
		{0, true, true, 1}, {10, true, true, 1}, {20, true, true, 2}, {20, false, true, 3}, {25, true, true, 3}, {25, false, true, 3},
		{25, false, false, 2}, // the same page twice
		{25, true, false, 1},
	} {
		n := interviewPages(tc.n, tc.counts, tc.pages)
		var uids []string
		for interview, err := range n.newClient(t).Interviews.All(t.Context(), InterviewFilter{Paging: Paging{PerPage: 10}}) {
			if err != nil {
				t.Fatal(err)
			}
			uids = append(uids, interview.UID)
		}
		if len(uids) != tc.n || len(slices.Compact(uids)) != tc.n || len(n.requests) != tc.requests {
			t.Errorf("%+v: read %d in %d requests", tc, len(uids), len(n.requests))
		}
	}
	n := interviewPages(100, true, true)
	for range n.newClient(t).Interviews.All(t.Context(), InterviewFilter{}) {
		break
	}
	if len(n.requests) != 1 {
		t.Errorf("reading went on after the loop: %d requests", len(n.requests))
	}
	for _, err := range staticTransport(422, "").newClient(t).Exams.All(t.Context(), ListFilter{}) {
		if ClassOf(err) != ClassArgument {
			t.Errorf("got %v", err)
		}
	}
}
