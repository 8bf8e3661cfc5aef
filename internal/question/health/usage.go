package health

import (
	"context"
	"encoding/json"
	"fmt"
	"maps"
	"math"
	"slices"
	"time"

	"github.com/uptrace/bun"

	"github.com/huimian/huimian/internal/interview"
	"github.com/huimian/huimian/internal/room/agenda"
	"github.com/huimian/huimian/internal/room/archive"
	"github.com/huimian/huimian/internal/room/logevent"
	"github.com/huimian/huimian/internal/scorecard"
)

const (
	// maxUses is the number of the newest interviews whose logs and scorecards are read.
	maxUses = 100
	// minScored is the number of interviews from which on an average of scores is returned:
	// that of fewer would be almost a scorecard.
	minScored = 3
)

// Usage summarizes the interviews whose rooms have shown a version.
type Usage struct {
	Version    int `bun:"version"`
	Interviews int `bun:"interviews"`

	// Of the newest maxUses interviews of all versions:

	LastShown time.Time `bun:"-"` // zero for a version that none of them has used

	Timed         int     `bun:"-"` // ended interviews whose log has the time
	MedianMinutes int     `bun:"-"` // for which the question was shown, of Timed
	Tested        int     `bun:"-"` // interviews in which its test cases were run
	Solved        int     `bun:"-"` // of Tested: all cases passed in the last run
	Passed        int     `bun:"-"` // decided interviews with an offer or a next round
	Failed        int     `bun:"-"` // decided interviews without
	Scored        int     `bun:"-"` // decided interviews with submitted scorecards
	AverageScore  float64 `bun:"-"` // of all scores in Scored; 0 for fewer than minScored
}

// use is an interview that has used a version.
type use struct {
	InterviewID string             `bun:"interview_id"`
	Version     int                `bun:"version"`
	ShownAt     time.Time          `bun:"shown_at"`
	State       interview.State    `bun:"state"`
	Decision    interview.Decision `bun:"decision"`
}

// readUsage returns the usage of each version that was used, the newest version first.
func (s *Service) readUsage(ctx context.Context, corpID, questionID string) ([]Usage, error) {
	list := []Usage{}
	err := s.DB.NewSelect().TableExpr("question_uses AS qu").Column("qu.version").ColumnExpr("COUNT(*) AS interviews").
		Where("qu.corp_id = ? AND qu.question_id = ?", corpID, questionID).Group("qu.version").Order("qu.version DESC").Scan(ctx, &list)
	if err != nil {
		return nil, fmt.Errorf("counting the uses of question %s: %w", questionID, err)
	}
	if len(list) == 0 {
		return list, nil
	}
	var uses []use
	err = s.DB.NewSelect().TableExpr("question_uses AS qu").Column("qu.interview_id", "qu.version", "qu.shown_at", "i.state", "i.decision").
		Join("JOIN interviews AS i ON i.corp_id = qu.corp_id AND i.id = qu.interview_id").
		Where("qu.corp_id = ? AND qu.question_id = ?", corpID, questionID).OrderExpr("qu.shown_at DESC, qu.interview_id").Limit(maxUses).Scan(ctx, &uses)
	if err != nil {
		return nil, fmt.Errorf("reading the uses of question %s: %w", questionID, err)
	}
	facts, err := s.readFacts(ctx, questionID, uses)
	if err != nil {
		return nil, err
	}
	for n := range list {
		list[n].addUses(uses, facts)
	}
	return list, nil
}

// facts are what is known about the interviews, by their ids.
type facts struct {
	elapsed map[string]time.Duration
	solved  map[string]bool // absent: the test cases were not run
	scores  map[string][]float64
}

func (s *Service) readFacts(ctx context.Context, questionID string, uses []use) (f facts, err error) {
	ids := make([]string, len(uses))
	for n, u := range uses {
		ids[n] = u.InterviewID
	}
	if f.elapsed, err = s.readElapsed(ctx, questionID, ids); err != nil {
		return f, err
	}
	if f.solved, err = s.readSolved(ctx, questionID, ids); err != nil {
		return f, err
	}
	f.scores, err = s.readScores(ctx, ids)
	return f, err
}

// readElapsed returns the times for which the rooms have shown the question.
func (s *Service) readElapsed(ctx context.Context, questionID string, rooms []string) (map[string]time.Duration, error) {
	var events []archive.EventRow
	err := s.DB.NewSelect().Model(&events).Column("room_id", "at", "kind", "subject").Where("room_id IN (?)", bun.List(rooms)).
		Where("kind IN (?)", bun.List([]string{logevent.KindStart, logevent.KindEnd, logevent.KindReopen, logevent.KindProblem})).
		Order("room_id", "seq").Scan(ctx)
	if err != nil {
		return nil, fmt.Errorf("reading the events of rooms: %w", err)
	}
	agendas := map[string]*agenda.Agenda{}
	for _, e := range events {
		a := agendas[e.RoomID]
		if a == nil {
			a = new(agenda.Agenda)
			agendas[e.RoomID] = a
		}
		switch e.Kind {
		case logevent.KindProblem:
			a.Show(e.Subject, e.At)
		case logevent.KindEnd:
			a.Stop(e.At)
		default:
			a.Start(e.At)
		}
	}
	out := map[string]time.Duration{}
	for id, a := range agendas {
		if _, elapsed := a.ProgressAt(questionID, time.Time{}); elapsed > 0 {
			out[id] = elapsed
		}
	}
	return out, nil
}

// readSolved returns whether all cases passed in the last run of the test cases of each room.
func (s *Service) readSolved(ctx context.Context, questionID string, rooms []string) (map[string]bool, error) {
	var runs []archive.EventRow
	err := s.DB.NewSelect().Model(&runs).Column("room_id", "subject", "data").Where("room_id IN (?) AND kind = ?", bun.List(rooms), logevent.KindRun).
		Where("data LIKE ? AND data LIKE ?", `%"code:`+questionID+`"%`, `%"tests":%`).Order("room_id", "seq").Scan(ctx)
	if err != nil {
		return nil, fmt.Errorf("reading the runs of rooms: %w", err)
	}
	last := map[string]string{} // by room
	for _, e := range runs {
		var run logevent.Run
		if err := json.Unmarshal([]byte(e.Data), &run); err != nil {
			return nil, fmt.Errorf("decoding a run of room %s: %w", e.RoomID, err)
		}
		if run.Tests != nil && run.Doc == "code:"+questionID {
			last[e.RoomID] = e.Subject
		}
	}
	return s.readVerdicts(ctx, last)
}

// readVerdicts returns whether all cases passed in the runs, which have ended, by room.
func (s *Service) readVerdicts(ctx context.Context, runs map[string]string) (map[string]bool, error) {
	out := map[string]bool{}
	if len(runs) == 0 {
		return out, nil
	}
	var ends []archive.EventRow
	err := s.DB.NewSelect().Model(&ends).Column("room_id", "subject", "data").Where("room_id IN (?)", bun.List(slices.Collect(maps.Keys(runs)))).
		Where("subject IN (?) AND kind = ?", bun.List(slices.Collect(maps.Values(runs))), logevent.KindFinish).Scan(ctx)
	if err != nil {
		return nil, fmt.Errorf("reading the ends of runs: %w", err)
	}
	for _, e := range ends {
		var finish logevent.Finish
		if err := json.Unmarshal([]byte(e.Data), &finish); err != nil {
			return nil, fmt.Errorf("decoding the end of a run of room %s: %w", e.RoomID, err)
		}
		if r := finish.Report; r != nil {
			out[e.RoomID] = r.Visible.Passed == r.Visible.Total && r.Hidden.Passed == r.Hidden.Total
		}
	}
	return out, nil
}

// readScores returns the scores of the submitted scorecards of each interview, on the default
// scale.
func (s *Service) readScores(ctx context.Context, interviewIDs []string) (map[string][]float64, error) {
	var cards []scorecard.Scorecard
	err := s.DB.NewSelect().Model(&cards).Column("interview_id", "scores").
		Where("sc.interview_id IN (?) AND sc.state = ?", bun.List(interviewIDs), scorecard.Submitted).Scan(ctx)
	if err != nil {
		return nil, fmt.Errorf("reading scorecards: %w", err)
	}
	out := map[string][]float64{}
	for _, c := range cards {
		for _, score := range c.Scores {
			if score.Score > 0 {
				out[c.InterviewID] = append(out[c.InterviewID], score.OnScale(scorecard.DefaultScale))
			}
		}
	}
	return out, nil
}

// addUses adds the uses of the version.
func (u *Usage) addUses(uses []use, f facts) {
	var times []time.Duration
	sum, count := 0.0, 0
	for _, one := range uses {
		if one.Version != u.Version {
			continue
		}
		if one.ShownAt.After(u.LastShown) {
			u.LastShown = one.ShownAt
		}
		if elapsed, ok := f.elapsed[one.InterviewID]; ok && one.State == interview.Ended {
			times = append(times, elapsed)
		}
		if solved, ok := f.solved[one.InterviewID]; ok {
			u.Tested++
			if solved {
				u.Solved++
			}
		}
		if u.addDecision(one.Decision); one.Decision != "" && len(f.scores[one.InterviewID]) > 0 {
			u.Scored++
			for _, score := range f.scores[one.InterviewID] {
				sum, count = sum+score, count+1
			}
		}
	}
	if u.Timed = len(times); u.Timed > 0 {
		slices.Sort(times)
		u.MedianMinutes = int(math.Ceil(times[(len(times)-1)/2].Minutes()))
	}
	if u.Scored >= minScored {
		u.AverageScore = sum / float64(count)
	}
}

func (u *Usage) addDecision(d interview.Decision) {
	switch d {
	case interview.Hire, interview.NextRound:
		u.Passed++
	case interview.NoHire:
		u.Failed++
	}
}
