package load

import (
	"context"
	"fmt"
	"math/rand/v2"
	"net/http"
	"sync"
	"time"

	"golang.org/x/sync/errgroup"

	"github.com/huimian/huimian/internal/cluster"
	"github.com/huimian/huimian/internal/rehearsal/browser"
)

// office has the people outside of rooms.
type office struct {
	run          *run
	recruiters   []string
	interviewers []string
	desks        []*browser.Browser // of the recruiters
	browsers     []*browser.Browser // of the interviewers
	positionID   string

	mu        sync.Mutex
	rng       *rand.Rand
	scheduled []*scheduled
}

// scheduled is an interview whose creation was confirmed.
type scheduled struct {
	id           string
	candidate    string // name, which no other candidate has
	recruiter    int
	interviewers []int
	confirmedAt  time.Time
	isAccepted   bool // by the first interviewer, and confirmed
}

// parallelSignIns bounds the sign-ins at the same time.
const parallelSignIns = 16

func newOffice(r *run) *office {
	o := &office{run: r, rng: rand.New(rand.NewPCG(r.Seed, 11))}
	recruiters := max(1, r.People/50)
	for n := range recruiters {
		o.recruiters = append(o.recruiters, fmt.Sprintf("recruiter%d", n))
	}
	for n := range max(2, r.People-recruiters) {
		o.interviewers = append(o.interviewers, fmt.Sprintf("member%d", n))
	}
	return o
}

// recruiterDesk returns the browser of a recruiter.
func (o *office) recruiterDesk(n int) *browser.Browser { return o.desks[n%len(o.desks)] }

// signIn signs in all people and creates the position of the interviews.
func (o *office) signIn(ctx context.Context) error {
	o.desks, o.browsers = make([]*browser.Browser, len(o.recruiters)), make([]*browser.Browser, len(o.interviewers))
	g, signing := errgroup.WithContext(ctx)
	g.SetLimit(parallelSignIns)
	for _, group := range []struct {
		ids  []string
		into []*browser.Browser
	}{{o.recruiters, o.desks}, {o.interviewers, o.browsers}} {
		for n, id := range group.ids {
			g.Go(func() (err error) {
				group.into[n], err = o.run.cluster.SignIn(signing, id)
				return err
			})
		}
	}
	if err := g.Wait(); err != nil {
		return err
	}
	var position struct{ ID string }
	if err := cluster.Create(ctx, o.recruiterDesk(0), "/api/positions", map[string]any{"title": "测试开发工程师"}, &position); err != nil {
		return err
	}
	o.positionID = position.ID
	return nil
}

// page is a request of a page of the front end.
type page struct {
	name string
	path string
}

// recruiterPages and memberPages are requested equally often.
var (
	recruiterPages = []page{
		{"overview of a recruiter", "/api/overview"},
		{"interviews", "/api/interviews"},
		{"interviews of a text", "/api/interviews?q=%E5%80%99%E9%80%89%E4%BA%BA1"},
		{"candidates", "/api/candidates"},
		{"messages", "/api/messages"},
	}
	memberPages = []page{
		{"session", "/api/session"},
		{"overview of an interviewer", "/api/overview"},
		{"own interviews", "/api/interviews?scope=mine"},
	}
)

// readPage requests a page, in one of three cases as a recruiter, and in one of four cases as an
// interviewer who opens one of the scheduled interviews.
func (o *office) readPage(ctx context.Context, _ int, due time.Time) {
	o.mu.Lock()
	person, choice, n := o.rng.IntN(1<<20), o.rng.IntN(12), o.rng.IntN(60)
	var opened *scheduled
	if choice < 3 && len(o.scheduled) > 0 {
		opened = o.scheduled[person%len(o.scheduled)]
	}
	o.mu.Unlock()
	switch {
	case opened != nil:
		o.getPage(ctx, o.browsers[opened.interviewers[0]], page{"an interview", "/api/interviews/" + opened.id}, due)
	case choice < 7:
		o.getPage(ctx, o.recruiterDesk(person), recruiterPages[n%len(recruiterPages)], due)
	default:
		o.getPage(ctx, o.browsers[person%len(o.browsers)], memberPages[n%len(memberPages)], due)
	}
}

func (o *office) getPage(ctx context.Context, b *browser.Browser, p page, due time.Time) {
	o.sendRequest(ctx, b, http.MethodGet, p, nil, nil, due)
}

// sendRequest sends a request, records its time and reports whether it succeeded.
func (o *office) sendRequest(ctx context.Context, b *browser.Browser, method string, p page, body, out any, due time.Time) bool {
	status, err := b.CallAPI(ctx, method, p.path, body, out)
	o.run.routes.addTime(p.name, time.Since(due))
	if err == nil && status < http.StatusMultipleChoices {
		return true
	}
	if err == nil {
		err = fmt.Errorf("%w: status %d", cluster.ErrRefused, status)
	}
	o.run.found.Addf("failed", "%s, %.0f s after the start: %v", p.name, time.Since(o.run.began).Seconds(), err)
	return false
}

// scheduleInterview creates a candidate and an interview with two interviewers. The first one
// accepts in half of the cases.
func (o *office) scheduleInterview(ctx context.Context, n int, due time.Time) {
	o.mu.Lock()
	first := o.rng.IntN(len(o.interviewers))
	second := (first + 1 + o.rng.IntN(len(o.interviewers)-1)) % len(o.interviewers)
	startsIn := 72*time.Hour + time.Duration(o.rng.IntN(10*24*4))*15*time.Minute // after all reminders
	o.mu.Unlock()
	recruiter, name := n%len(o.desks), fmt.Sprintf("候选人%06d", n)
	desk := o.recruiterDesk(recruiter)
	var candidate, interview struct{ ID string }
	if !o.sendRequest(ctx, desk, http.MethodPost, page{"create a candidate", "/api/candidates"}, map[string]any{"name": name, "positionId": o.positionID}, &candidate, due) {
		return
	}
	due = time.Now()
	if !o.sendRequest(ctx, desk, http.MethodPost, page{"schedule an interview", "/api/interviews"}, map[string]any{
		"title": "技术面", "positionId": o.positionID, "candidateId": candidate.ID, "startsAt": time.Now().Add(startsIn), "durationMinutes": 60,
		"interviewers": []string{o.interviewers[first], o.interviewers[second]}, "room": map[string]any{"kind": "builtin"}, "overrideWarnings": true,
	}, &interview, due) {
		return
	}
	s := &scheduled{id: interview.ID, candidate: name, recruiter: recruiter, interviewers: []int{first, second}, confirmedAt: time.Now()}
	if n%2 == 0 {
		s.isAccepted = o.sendRequest(ctx, o.browsers[first], http.MethodPost, page{"accept an interview", "/api/interviews/" + s.id + "/response"}, map[string]any{"response": "accepted"}, nil, time.Now())
	}
	o.mu.Lock()
	defer o.mu.Unlock()
	o.scheduled = append(o.scheduled, s)
}

func (o *office) scheduledCount() int {
	o.mu.Lock()
	defer o.mu.Unlock()
	return len(o.scheduled)
}
