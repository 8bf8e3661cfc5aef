package rehearsal

import (
	"cmp"
	"context"
	"fmt"
	"net/http"
	"slices"
	"strings"
	"time"

	"github.com/huimian/huimian/internal/job"
	"github.com/huimian/huimian/wecom/wecomtest"
)

// checkState compares the product's interviews and WeCom's calendars with what the people know,
// and checks that nothing was left undone.
func (r *rehearsal) checkState(ctx context.Context, c *checker) error {
	for _, i := range r.interview {
		if i.id == "" {
			continue
		}
		if err := r.checkInterview(ctx, c, i); err != nil {
			return err
		}
		r.checkCalendar(c, i)
	}
	return r.checkQueues(ctx, c)
}

func (r *rehearsal) checkInterview(ctx context.Context, c *checker, i *interview) error {
	b, err := r.world.signIn(ctx, i.recruiter)
	if err != nil {
		return err
	}
	var stored struct {
		State        string    `json:"state"`
		StartsAt     time.Time `json:"startsAt"`
		Interviewers []struct {
			UserID   string `json:"userId"`
			Response string `json:"response"`
		} `json:"interviewers"`
	}
	status, err := b.CallAPI(ctx, http.MethodGet, "/api/interviews/"+i.id, nil, &stored)
	if err != nil || status != http.StatusOK {
		return fmt.Errorf("reading %s: status %d: %w", i.titleText(), status, err)
	}
	var got, want []string
	for _, m := range stored.Interviewers {
		got = append(got, m.UserID+" "+m.Response)
	}
	for _, u := range i.interviewers {
		want = append(want, u+" "+cmp.Or(i.response[u], "pending"))
	}
	slices.Sort(got)
	slices.Sort(want)
	have := fmt.Sprintf("%s %s %s", stored.State, stored.StartsAt.In(zone).Format(time.DateTime), strings.Join(got, ", "))
	expected := fmt.Sprintf("%s %s %s", i.state, i.start.In(zone).Format(time.DateTime), strings.Join(want, ", "))
	if have != expected {
		c.violations = append(c.violations, Violation{Rule: ruleInconsistent, Interview: i.number, At: r.clock.Now(), Text: fmt.Sprintf("stored is %s, its people know %s", have, expected)})
	}
	return nil
}

// checkCalendar checks that each interviewer has one schedule at the time of the interview, and
// none of a cancelled one.
func (r *rehearsal) checkCalendar(c *checker, i *interview) {
	for n := range r.Members {
		u := userID(n)
		want := 0
		if i.state != cancelled && slices.Contains(i.attendingUsers(), u) {
			want = 1
		}
		if u == i.recruiter && i.state != cancelled {
			want = 1
		}
		var found []wecomtest.Schedule
		for _, s := range r.schedulesOf(u) {
			if strings.Contains(s.Description, "/interviews/"+i.id) && s.Status == 0 {
				found = append(found, s)
			}
		}
		switch {
		case len(found) != want:
			c.violations = append(c.violations, Violation{Rule: ruleCalendar, Interview: i.number, Recipient: u, At: i.start, Text: fmt.Sprintf("%d schedules, not %d", len(found), want)})
		case want == 1 && int64(found[0].StartTime) != i.start.Unix():
			c.violations = append(c.violations, Violation{Rule: ruleCalendar, Interview: i.number, Recipient: u, At: i.start, Text: "the schedule is at " + time.Unix(int64(found[0].StartTime), 0).In(zone).Format(time.DateTime)})
		}
	}
}

func (r *rehearsal) schedulesOf(user string) []wecomtest.Schedule {
	if r.schedules == nil {
		r.schedules = map[string][]wecomtest.Schedule{}
	}
	list, ok := r.schedules[user]
	if !ok {
		list = r.world.wecom.Calendar(corpID, user).Schedules()
		r.schedules[user] = list
	}
	return list
}

// checkQueues checks that no message waits or has failed, and that no job was discarded.
func (r *rehearsal) checkQueues(ctx context.Context, c *checker) error {
	var messages []struct {
		Kind      string `bun:"kind"`
		Recipient string `bun:"recipient"`
		State     string `bun:"state"`
		Error     string `bun:"error"`
	}
	err := r.world.app.DB.NewSelect().TableExpr("messages").Column("kind", "recipient", "state", "error").
		Where("state NOT IN ('sent', 'skipped')").Order("created_at", "id").Limit(job.MaxList).Scan(ctx, &messages)
	if err != nil {
		return fmt.Errorf("reading the unfinished messages: %w", err)
	}
	for _, m := range messages {
		c.violations = append(c.violations, Violation{Rule: ruleUnfinished, Recipient: m.Recipient, Kind: Kind(m.Kind), At: r.clock.Now(), Text: "the message is " + m.State + " " + m.Error})
	}
	jobs, err := job.List(ctx, r.world.app.DB, job.Filter{States: []string{"discarded", "running"}, Limit: job.MaxList})
	if err != nil {
		return err
	}
	for _, j := range jobs {
		c.violations = append(c.violations, Violation{Rule: ruleUnfinished, Kind: Kind(j.Kind), At: j.ScheduledAt, Text: "the job is " + j.State + " " + j.Error})
	}
	return nil
}
