package main

import (
	"context"
	"time"

	"github.com/huimian/huimian/internal/app"
	"github.com/huimian/huimian/internal/interview"
	"github.com/huimian/huimian/internal/showmebug"
	"github.com/huimian/huimian/showmebug/showmebugtest"
	"github.com/huimian/huimian/wecom"
)

// Credentials of the sample company at ShowMeBug. Only the simulator accepts them, so
// they need not be secret; the browser tests use them too.
const (
	showMeBugKey    = "demo-key-7f3a"
	showMeBugSecret = "demo-secret-0123456789"
)

// sessionQuota is the number of sessions of the team.
const sessionQuota = 200

// connectShowMeBug adds the company and its exams to the ShowMeBug simulator and, unless
// byHand is set, the credentials to the product's settings.
func connectShowMeBug(sim *showmebugtest.Server, cfg *app.Config, byHand bool) (team int64) {
	cfg.ShowMeBug.BaseURL = sim.URL()
	if !byHand {
		cfg.ShowMeBug.ClientID, cfg.ShowMeBug.ClientSecret = showMeBugKey, wecom.Secret(showMeBugSecret)
	}
	team = sim.AddTeam(showmebugtest.Team{
		Name: companyName, Email: emailOf(administrator), ClientID: showMeBugKey, ClientSecret: showMeBugSecret, Quota: sessionQuota,
		CallbackURL: cfg.PublicURL + "/showmebug/callback/" + corpID,
		Members:     []showmebugtest.Member{{UID: administrator, Name: nameOf(administrator), Email: emailOf(administrator)}},
	})
	for _, e := range exams {
		sim.AddExam(team, e)
	}
	return team
}

var exams = []showmebugtest.Exam{
	{Name: "Go 后端笔试", CreatorName: "林悦", DurationMinutes: 60, Questions: []showmebugtest.Question{
		choiceQuestion("下面哪一个类型可以作为 map 的键？", "string", "[]int", "map[string]int", "func()"),
		choiceQuestion("对已经关闭的 channel 再次 close 会怎样？", "panic", "没有影响", "返回错误", "阻塞"),
		programQuestion("实现 LRU 缓存：容量固定，get 和 put 都是 O(1)。", "go", "package main\n\ntype LRU struct {\n}\n\nfunc (c *LRU) Get(key int) int {\n\treturn -1\n}\n\nfunc (c *LRU) Put(key, value int) {\n}\n", 50),
		{QuestionType: "essay", Description: "什么时候用 channel，什么时候用 mutex？请各举一例。", SuggestedScore: 30},
	}},
	{Name: "前端基础笔试", CreatorName: "孙薇", DurationMinutes: 45, Questions: []showmebugtest.Question{
		choiceQuestion("typeof null 的结果是？", `"object"`, `"null"`, `"undefined"`),
		programQuestion("实现 debounce(fn, wait)，保留最后一次的参数和 this。", "javascript", "function debounce(fn, wait) {\n}\n", 60),
		{QuestionType: "essay", Description: "页面首屏变慢了，您会怎样一步一步地找原因？", SuggestedScore: 30},
	}},
}

// choiceQuestion returns a question of 10 points. The correct option is the last one.
func choiceQuestion(text, correct string, wrong ...string) showmebugtest.Question {
	var options []any
	for _, w := range wrong {
		options = append(options, map[string]any{"content": w})
	}
	options = append(options, map[string]any{"content": correct, "correctly": true})
	return showmebugtest.Question{QuestionType: "choice", Description: text, SuggestedScore: 10, ContentJSON: map[string]any{"options": options}}
}

func programQuestion(text, language, code string, points int64) showmebugtest.Question {
	return showmebugtest.Question{QuestionType: "programming", Description: text, SuggestedScore: points,
		ContentJSON: map[string]any{"language": language, "code_content": code}}
}

func nameOf(userID string) string {
	for _, m := range members {
		if m.UserID == userID {
			return m.Name
		}
	}
	return userID
}

// pastRooms provides the ShowMeBug rooms of past interviews: it creates them immediately
// and with their result, where a job would create a room for an upcoming interview.
type pastRooms struct {
	interview.RoomProvider

	sim  *showmebugtest.Server
	team int64
	next showmebugtest.Interview // room of the interview that is scheduled next
}

// Remote returns false: the room is created with the interview.
func (r *pastRooms) Remote() bool { return false }

// Provide creates the prepared interview at the simulator.
func (r *pastRooms) Provide(context.Context, interview.RoomSpec) (interview.JoinURLs, error) {
	made, err := r.sim.AddInterview(r.team, r.next)
	if err != nil {
		return interview.JoinURLs{}, err
	}
	r.next = made
	ways := interview.JoinURLs{ExternalID: made.UID, Candidate: made.CandidateURL, Interviewer: made.InterviewerURL, Personal: map[string]string{}}
	for _, p := range made.Interviewers {
		ways.Personal[p.UID] = p.URL
	}
	return ways, nil
}

// prepareRoom prepares the room of a past meeting with the rating and the comment of each
// interviewer.
func (r *pastRooms) prepareRoom(m meeting, startsAt time.Time) {
	end := startsAt.Add(time.Duration(m.minutes) * time.Minute)
	r.next = showmebugtest.Interview{CandidateName: candidates[m.candidate].name, Status: showmebugtest.InterviewEnded,
		CreatedAt: startsAt.AddDate(0, 0, -2).UTC(), StartedAt: startsAt.UTC(), EndedAt: end.UTC(),
		Board: "package main\n\n// 见面试题：合并区间\nfunc merge(intervals [][2]int) [][2]int {\n\treturn nil\n}\n"}
	for n, userID := range m.interviewers {
		r.next.Interviewers = append(r.next.Interviewers, showmebugtest.Interviewer{UID: userID, Name: nameOf(userID), Email: emailOf(userID)})
		r.next.Ratings = append(r.next.Ratings, showmebugtest.Rating{
			InterviewerUID: userID, Name: nameOf(userID), Rate: 4, Comment: remarks[n%len(remarks)][1], Time: end.UTC(),
		})
	}
}

// reportResult reports the end of the interview to the product, as ShowMeBug does.
func (r *pastRooms) reportResult(ctx context.Context, domain *interview.Service) error {
	rate := float64(r.next.Rate())
	id, err := domain.Rooms().ApplyReport(ctx, corpID, interview.RoomReport{
		Kind: showmebug.RoomKind, ExternalID: r.next.UID, Started: true, Ended: true, Rating: &rate, At: r.next.EndedAt,
	})
	if err != nil {
		return err
	}
	var facts []interview.RoomFact
	for _, rating := range r.next.Ratings {
		facts = append(facts, interview.RoomFact{Name: rating.Name, Value: rating.Comment})
	}
	return domain.Rooms().StoreReport(ctx, corpID, id, facts)
}
