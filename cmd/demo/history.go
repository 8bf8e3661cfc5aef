package main

import (
	"context"
	"fmt"
	"time"

	"github.com/huimian/huimian/internal/account"
	"github.com/huimian/huimian/internal/actor"
	"github.com/huimian/huimian/internal/app"
	"github.com/huimian/huimian/internal/candidate"
	"github.com/huimian/huimian/internal/db"
	"github.com/huimian/huimian/internal/interview"
	"github.com/huimian/huimian/internal/pool"
	"github.com/huimian/huimian/internal/position"
	"github.com/huimian/huimian/internal/question"
	"github.com/huimian/huimian/internal/question/library"
	"github.com/huimian/huimian/internal/scorecard"
	"github.com/huimian/huimian/internal/showmebug"
)

var positions = []struct {
	title, department, level, description string
	headcount                             int
	questions                             []string
}{
	{"高级后端工程师", "研发部", "P6–P7", "负责交易系统的核心服务，Go 为主。", 3, []string{"lru", "limiter", "rate-window"}},
	{"前端工程师", "研发部", "P5–P6", "负责面向商家的工作台，React 与 TypeScript。", 2, []string{"debounce", "intervals", "fix-merge-feeds"}},
	{"数据工程师", "研发部", "P5", "建设实时数仓与指标平台。", 1, []string{"pair", "intervals", "sql-best-sellers"}},
}

var candidates = []struct {
	name, source, language string
	position               int
}{
	{"赵一鸣", "内推", "zh-CN", 0}, {"李思涵", "BOSS 直聘", "zh-CN", 0}, {"Emily Carter", "LinkedIn", "en", 0},
	{"王子墨", "官网", "zh-CN", 1}, {"佐藤 健", "猎头", "ja", 1}, {"孟凡", "内推", "zh-CN", 1},
	{"钱多多", "拉勾", "zh-CN", 2}, {"周雨桐", "校招", "zh-CN", 2},
}

// meeting is a sample interview. days counts from today and hour is the hour of the day,
// both in the company's time zone. hour 0 is the next half hour.
type meeting struct {
	candidate, round, days, hour int
	minutes                      int
	by                           string // userid of the organizer
	interviewers                 []string
	marks                        [][5]int // per interviewer: four scores and the index of a recommendation; empty without scorecards
	decision                     interview.Decision
	comment                      string
	showMeBug                    bool // use a room at ShowMeBug if the company is connected
}

var past = []meeting{
	{0, 1, -9, 10, 60, administrator, []string{"ZhouHang"}, [][5]int{{3, 3, 4, 3, 1}}, interview.NextRound, "基础扎实，进入第二轮。", true},
	{0, 2, -4, 14, 60, administrator, []string{"ChenMo", "WuHao"}, [][5]int{{4, 3, 3, 4, 1}, {3, 4, 3, 3, 1}}, "", "", false},
	{1, 1, -8, 16, 45, recruiter, []string{"ChenMo"}, [][5]int{{2, 2, 3, 2, 2}}, interview.NoHire, "编码较弱，建议一年后再看。", false},
	{3, 1, -7, 11, 60, recruiter, []string{"SunWei", "LiuYang"}, [][5]int{{4, 4, 4, 4, 0}, {4, 3, 4, 4, 0}}, interview.Hire, "两位面试官都强烈推荐。", false},
	{5, 1, -3, 15, 45, administrator, []string{"SunWei"}, [][5]int{{3, 2, 3, 3, 1}}, interview.Hold, "等待另一位候选人的结果。", false},
	{6, 1, -1, 10, 60, administrator, []string{"MaChao", "ChenMo"}, [][5]int{{3, 3, 3, 3, 1}}, "", "", false},
}

// upcoming are interviews after the start of the demo. The first begins within 40 minutes.
var upcoming = []meeting{
	{candidate: 1, round: 2, minutes: 60, by: administrator, interviewers: []string{"ChenMo", "GaoFei"}},
	{candidate: 2, round: 1, days: 1, hour: 10, minutes: 60, by: administrator, interviewers: []string{"ChenMo", "ZhouHang"}},
	{candidate: 4, round: 1, days: 1, hour: 14, minutes: 45, by: recruiter, interviewers: []string{"SunWei"}},
	{candidate: 7, round: 1, days: 2, hour: 11, minutes: 60, by: administrator, interviewers: []string{"MaChao"}, showMeBug: true},
	{candidate: 0, round: 3, days: 3, hour: 16, minutes: 60, by: administrator, interviewers: []string{"ChenMo", "TangYi"}},
}

var recommendations = []scorecard.Recommendation{scorecard.StrongYes, scorecard.Yes, scorecard.No, scorecard.StrongNo}

var remarks = [][]string{
	{"代码偏慢但正确，边界处理得好。", "先澄清需求再动手，思路清楚。", "边写边讲，沟通顺畅。", "经验与岗位匹配。"},
	{"命名清楚，主动写了测试。", "比较了两种方案并说出代价。", "能接住提示。", "对业务有兴趣。"},
}

// sampleWriter writes the sample through the domain, whose clock it moves to the time of
// each event.
type sampleWriter struct {
	app        *app.App
	domain     *interview.Service
	rooms      *pastRooms // nil if the company is not connected to ShowMeBug
	clock      time.Time
	today      time.Time
	positions  []*position.Position
	candidates []*candidate.Candidate
}

// writeSample writes positions, questions, candidates and interviews, unless the database
// has positions already.
func writeSample(ctx context.Context, a *app.App, rooms *pastRooms, now time.Time) error {
	if n, err := a.DB.NewSelect().TableExpr("positions").Count(ctx); n > 0 || err != nil {
		return err
	}
	loc, err := time.LoadLocation(timeZone)
	if err != nil {
		return fmt.Errorf("loading the company's time zone: %w", err)
	}
	y, m, d := now.In(loc).Date()
	h := &sampleWriter{app: a, today: time.Date(y, m, d, 0, 0, 0, 0, loc), clock: now.AddDate(0, 0, -14)}
	past14 := *a.Interview
	positions, candidates := *a.Positions, *a.Candidates
	past14.Positions, past14.Candidates = &positions, &candidates
	past14.Now = func() time.Time { return h.clock }
	positions.Now, candidates.Now = past14.Now, past14.Now
	h.domain = &past14
	if a.Config.ShowMeBug.ClientID != "" {
		h.rooms, rooms.RoomProvider = rooms, showmebug.Rooms{Service: a.ShowMeBug}
		past14.RoomProviders = interview.NewRoomRegistry(rooms)
	}
	steps := []func(context.Context) error{h.appointRecruiter, h.addPositions, h.addPool, h.addCandidates, h.addPast, h.markPastSent}
	for _, step := range steps {
		if err := step(ctx); err != nil {
			return err
		}
	}
	h.clock, past14.RoomProviders = now, a.Interview.RoomProviders // jobs create the rooms of upcoming interviews
	return h.addUpcoming(ctx)
}

func recruiterActor(userID string) actor.Actor {
	return actor.ForMember(corpID, userID, actor.Recruiter)
}

func (h *sampleWriter) appointRecruiter(ctx context.Context) error {
	by := actor.ForMember(corpID, administrator, actor.Administrator)
	_, err := h.app.Accounts.SetRoles(ctx, by, recruiter, account.RolesEdit{Roles: actor.Recruiter})
	return err
}

func (h *sampleWriter) addPositions(ctx context.Context) error {
	bank := question.Service{DB: h.app.DB, Now: h.domain.Now}
	ids := map[string]string{}
	for name, q := range questions {
		made, err := bank.Create(ctx, recruiterActor(administrator), question.Question{Content: q})
		if err != nil {
			return err
		}
		ids[name] = made.ID
	}
	bundled := library.Service{Questions: &bank}
	added, err := bundled.Add(ctx, recruiterActor(administrator), library.Chinese, libraryQuestions)
	if err != nil {
		return err
	}
	for n, id := range libraryQuestions {
		ids[id] = added[n].ID
	}
	for _, p := range positions {
		row := position.Position{Title: p.title, Department: p.department, Level: p.level, Description: p.description, Headcount: p.headcount}
		for _, q := range p.questions {
			row.QuestionIDs = append(row.QuestionIDs, ids[q])
		}
		made, err := h.domain.Positions.Create(ctx, recruiterActor(administrator), row)
		if err != nil {
			return err
		}
		h.positions = append(h.positions, made)
	}
	return nil
}

// addPool adds the interviewers of the first position.
func (h *sampleWriter) addPool(ctx context.Context) error {
	_, err := h.app.Pools.Update(ctx, recruiterActor(administrator), h.positions[0].ID, 0, func(p *pool.Pool) {
		p.Members = []pool.Member{
			{UserID: "ChenMo", Qualification: pool.Trained, Tags: []string{"系统设计"}, Languages: []string{"zh", "en"}},
			{UserID: "ZhouHang", Qualification: pool.Trained, Tags: []string{"并发"}, Languages: []string{"zh"}},
			{UserID: "WuHao", Qualification: pool.Trained, Tags: []string{"运维"}, Languages: []string{"zh"}},
			{UserID: "MaChao", Qualification: pool.Shadow, Languages: []string{"zh"}},
		}
	})
	return err
}

func (h *sampleWriter) addCandidates(ctx context.Context) error {
	for _, c := range candidates {
		made, err := h.domain.Candidates.Create(ctx, recruiterActor(recruiter), candidate.Candidate{
			Name: c.name, Source: c.source, Language: c.language, PositionID: h.positions[c.position].ID,
		}, true)
		if err != nil {
			return err
		}
		h.candidates = append(h.candidates, made)
	}
	return nil
}

func (h *sampleWriter) scheduleMeeting(ctx context.Context, m meeting) (*interview.Interview, error) {
	c := h.candidates[m.candidate]
	pos := h.positions[candidates[m.candidate].position]
	i, _, err := h.domain.Schedule(ctx, recruiterActor(m.by), interview.Plan{
		Title:      fmt.Sprintf("%s · %s · 第 %d 轮", c.Name, pos.Title, m.round),
		PositionID: pos.ID, CandidateID: c.ID, Round: m.round,
		StartsAt: h.startTime(m),
		Duration: time.Duration(m.minutes) * time.Minute, TimeZone: timeZone,
		Interviewers: m.interviewers, RoomKind: h.roomKind(m), OverrideWarnings: true,
	})
	if err != nil {
		return nil, fmt.Errorf("scheduling a sample interview: %w", err)
	}
	return i, nil
}

func (h *sampleWriter) roomKind(m meeting) interview.RoomKind {
	if m.showMeBug && h.rooms != nil {
		return showmebug.RoomKind
	}
	return interview.BuiltinRoom
}

// startTime returns the start of a meeting: its hour or, without one, the next full or
// half hour that is at least ten minutes away.
func (h *sampleWriter) startTime(m meeting) time.Time {
	if m.hour == 0 {
		return h.clock.Add(10 * time.Minute).Truncate(30 * time.Minute).Add(30 * time.Minute)
	}
	return h.today.AddDate(0, 0, m.days).Add(time.Duration(m.hour) * time.Hour)
}

func (h *sampleWriter) addPast(ctx context.Context) error {
	for _, m := range past {
		h.clock = h.today.AddDate(0, 0, m.days-2)
		if h.roomKind(m) == showmebug.RoomKind {
			h.rooms.prepareRoom(m, h.startTime(m))
		}
		i, err := h.scheduleMeeting(ctx, m)
		if err != nil {
			return err
		}
		for _, who := range m.interviewers {
			if _, err := h.domain.Respond(ctx, recruiterActor(who), i.ID, interview.ResponseInput{Response: interview.Accepted}); err != nil {
				return err
			}
		}
		if err := h.conductMeeting(ctx, m, i); err != nil {
			return err
		}
	}
	return nil
}

// conductMeeting starts and ends an interview, submits its scorecards and makes the
// decision.
func (h *sampleWriter) conductMeeting(ctx context.Context, m meeting, i *interview.Interview) error {
	if err := h.startAndEndMeeting(ctx, m, i); err != nil {
		return err
	}
	for n, marks := range m.marks {
		h.clock = h.clock.Add(20 * time.Minute)
		if err := h.submitScorecard(ctx, recruiterActor(m.interviewers[n]), i, marks, remarks[n%len(remarks)]); err != nil {
			return err
		}
	}
	if m.decision == "" {
		return nil
	}
	h.clock = h.clock.Add(time.Hour)
	_, err := h.domain.Decide(ctx, recruiterActor(m.by), i.ID, m.decision, m.comment)
	return err
}

// startAndEndMeeting starts and ends an interview: as an interviewer in a built-in room,
// by a report at ShowMeBug.
func (h *sampleWriter) startAndEndMeeting(ctx context.Context, m meeting, i *interview.Interview) error {
	if i.RoomKind == showmebug.RoomKind {
		h.clock = i.EndsAt
		return h.rooms.reportResult(ctx, h.domain)
	}
	h.clock = i.StartsAt
	if _, err := h.domain.Start(ctx, recruiterActor(m.interviewers[0]), i.ID); err != nil {
		return err
	}
	h.clock = i.EndsAt
	_, err := h.domain.End(ctx, recruiterActor(m.interviewers[0]), i.ID)
	return err
}

func (h *sampleWriter) submitScorecard(ctx context.Context, who actor.Actor, i *interview.Interview, marks [5]int, remarks []string) error {
	card, err := h.domain.Scorecard(ctx, who, i.ID)
	if err != nil {
		return err
	}
	d := scorecard.Draft{Version: card.Version, Recommendation: recommendations[marks[4]], Comment: "总体印象：" + remarks[1]}
	for n, c := range card.Criteria {
		d.Scores = append(d.Scores, scorecard.Score{Key: c.Key, Score: marks[n], Comment: remarks[n]})
	}
	if card, err = h.domain.SaveScorecard(ctx, who, i.ID, d); err != nil {
		return err
	}
	_, err = h.domain.SubmitScorecard(ctx, who, i.ID, card.Version)
	return err
}

// markPastSent marks the messages of the past as sent and deletes their jobs, so that no
// cards are delivered for past interviews and the message log is plausible.
func (h *sampleWriter) markPastSent(ctx context.Context) error {
	return h.app.DB.InTx(ctx, func(ctx context.Context, tx *db.Tx) error {
		for _, query := range []string{
			"UPDATE messages SET state = 'sent', attempts = 1, sent_at = created_at, next_attempt_at = NULL, msgid = 'sample-' || id",
			"DELETE FROM river_job",
		} {
			if _, err := tx.NewRaw(query).Exec(ctx); err != nil {
				return fmt.Errorf("marking past messages as sent: %w", err)
			}
		}
		return nil
	})
}

func (h *sampleWriter) addUpcoming(ctx context.Context) error {
	for _, m := range upcoming {
		if _, err := h.scheduleMeeting(ctx, m); err != nil {
			return err
		}
	}
	return nil
}
