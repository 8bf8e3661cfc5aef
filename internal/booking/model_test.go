package booking_test

import (
	"context"
	"errors"
	"fmt"
	"math/rand/v2"
	"os"
	"slices"
	"strconv"
	"testing"
	"time"

	"github.com/huimian/huimian/internal/actor"
	"github.com/huimian/huimian/internal/apperr"
	"github.com/huimian/huimian/internal/apperr/apperrtest"
	"github.com/huimian/huimian/internal/booking"
	"github.com/huimian/huimian/internal/candidate"
	"github.com/huimian/huimian/internal/interview"
	"github.com/huimian/huimian/internal/position"
)

// historiesEnv is the environment variable with the number of random histories per
// database. `HUIMIAN_BOOKING_HISTORIES=10000 go test -run TestHistories -timeout 1h` runs more.
const historiesEnv = "HUIMIAN_BOOKING_HISTORIES"

func histories(t *testing.T) int {
	t.Helper()
	n, err := strconv.Atoi(os.Getenv(historiesEnv))
	if err != nil {
		return 50
	}
	return n
}

const (
	stepsOfHistory = 14
	halfHours      = 12 // starts of the day, from 9:00
)

// TestHistories compares random histories of offers and interviews with a model: the result
// of each step, and the offers and interviews at the end. A failure prints the seed and the
// steps.
func TestHistories(t *testing.T) {
	runOnBoth(t, func(t *testing.T, f *fixture) {
		for seed := range histories(t) {
			m := newModel(f, seed)
			for range stepsOfHistory {
				if err := m.takeStep(); err != nil {
					t.Fatalf("seed %d: %v\n%v", seed, err, m.steps)
				}
			}
			if err := m.compare(); err != nil {
				t.Fatalf("seed %d: %v\n%v", seed, err, m.steps)
			}
			f.wantNoOverlap(m.corpID)
			if t.Failed() {
				t.Fatalf("seed %d: %v", seed, m.steps)
			}
		}
	})
}

// model is the expected state of a company: which interviews there are, and which offer is in
// which state.
type model struct {
	*rand.Rand
	w          *fixture
	ctx        context.Context
	corpID     string
	recruiter  actor.Actor
	positionID string
	candidates []string
	interviews map[string]*modelInterview
	offers     []*modelOffer
	now        int // half hours since 9:00; a start is in the future if it is greater
	steps      []string
}

type modelInterview struct {
	start, length int // in half hours
	candidate     string
	people        []string
}

type modelOffer struct {
	id, token string
	state     booking.State
	modelInterview

	slots     []int
	requested bool
	interview string
}

var modelPeople = []string{"lin", "mei", "kai"}

func newModel(f *fixture, seed int) *model {
	m := &model{
		Rand: rand.New(rand.NewPCG(uint64(seed), 5)), w: f, ctx: f.t.Context(), corpID: fmt.Sprintf("corp-%d", seed),
		interviews: map[string]*modelInterview{}, now: -1,
	}
	m.recruiter = actor.ForMember(m.corpID, "rosa", actor.Recruiter)
	f.withoutHolidays(m.corpID)
	f.clock.Set(m.toTime(m.now))
	p, err := f.Interviews.Positions.Create(m.ctx, m.recruiter, position.Position{Title: "Go"})
	apperrtest.RequireNoError(f.t, err)
	m.positionID = p.ID
	for n := range 3 {
		c, err := f.Interviews.Candidates.Create(m.ctx, m.recruiter, candidate.Candidate{Name: fmt.Sprintf("候选人 %d", n)}, true)
		apperrtest.RequireNoError(f.t, err)
		m.candidates = append(m.candidates, c.ID)
	}
	return m
}

func (m *model) toTime(halfHour int) time.Time {
	return m.w.at(9).Add(time.Duration(halfHour) * 30 * time.Minute)
}

// newInterview returns the participants and the time of a random interview.
func (m *model) newInterview() modelInterview {
	people := slices.Clone(modelPeople)
	m.Shuffle(len(people), func(a, b int) { people[a], people[b] = people[b], people[a] })
	return modelInterview{m.IntN(halfHours), 1 + m.IntN(3), m.candidates[m.IntN(len(m.candidates))], people[:1+m.IntN(2)]}
}

func (m *model) toPlan(i modelInterview) interview.Plan {
	return interview.Plan{
		Title: "一面", PositionID: m.positionID, CandidateID: i.candidate, StartsAt: m.toTime(i.start), Duration: time.Duration(i.length) * 30 * time.Minute,
		TimeZone: "Asia/Shanghai", Interviewers: i.people, RoomKind: interview.BuiltinRoom,
	}
}

// collisions returns whether interviewers and the candidate have an interview at the time of
// i; except is not considered.
func (m *model) collisions(i modelInterview, except string) (people, candidate bool) {
	for id, other := range m.interviews {
		if id == except || other.start >= i.start+i.length || i.start >= other.start+other.length {
			continue
		}
		candidate = candidate || other.candidate == i.candidate
		people = people || slices.ContainsFunc(i.people, func(p string) bool { return slices.Contains(other.people, p) })
	}
	return people, candidate
}

// takeStep does one random operation and checks its result.
func (m *model) takeStep() error {
	if m.IntN(8) == 0 && m.now < halfHours-2 {
		m.now++
		m.w.clock.Set(m.toTime(m.now))
		m.steps = append(m.steps, fmt.Sprintf("now %d", m.now))
		return m.w.ExpireOffers(m.ctx)
	}
	steps := []func() error{m.createOffer, m.schedule}
	if len(m.offers) > 0 {
		steps = append(steps, m.book, m.book, m.book, m.withdraw, m.reoffer, m.request)
	}
	if len(m.interviews) > 0 {
		steps = append(steps, m.reschedule, m.cancel)
	}
	return steps[m.IntN(len(steps))]()
}

// record adds a step, and compares its error with the expected text id, "" for none.
func (m *model) record(err error, want, format string, args ...any) error {
	m.steps = append(m.steps, fmt.Sprintf(format, args...)+fmt.Sprintf(" -> %v", err))
	if want == "" && err == nil {
		return nil
	}
	if e, ok := errors.AsType[*apperr.Error](err); ok && want != "" {
		if e.Code == want || slices.ContainsFunc(e.Fields, func(f apperr.FieldError) bool { return f.Code == want }) {
			return nil
		}
	}
	return fmt.Errorf("%w, want %q", err, want)
}

// newSlots returns random starts and the text id of the error of offering them.
func (m *model) newSlots(i modelInterview) (slots []int, times booking.Times, want string) {
	starts := m.Perm(halfHours)[:1+m.IntN(4)]
	for _, s := range starts {
		times.Slots = append(times.Slots, m.toTime(s))
		if s <= m.now {
			want = "interview.in_past"
		}
	}
	times.ExpiresAt = m.toTime(halfHours * 2)
	slices.Sort(starts)
	if want != "" {
		return starts, times, want
	}
	for _, s := range starts {
		i.start = s
		people, candidate := m.collisions(i, "")
		switch {
		case people:
			return starts, times, "availability.busy"
		case candidate:
			want = "availability.candidate_busy"
		}
	}
	return starts, times, want
}

func (m *model) openOf(candidate string) int {
	n := 0
	for _, o := range m.offers {
		if o.candidate == candidate && o.state == booking.Open {
			n++
		}
	}
	return n
}

func (m *model) createOffer() error {
	i := m.newInterview()
	slots, times, want := m.newSlots(i)
	if m.openOf(i.candidate) >= booking.MaxOpenOfCandidate {
		want = "booking.too_many_of_candidate"
	}
	o, err := m.w.Create(m.ctx, m.recruiter, m.toPlan(i), times)
	if err == nil {
		m.offers = append(m.offers, &modelOffer{id: o.ID, token: o.Token, state: booking.Open, modelInterview: i, slots: slots})
	}
	return m.record(err, want, "offer %v at %v", i, slots)
}

func (m *model) pickOffer() *modelOffer {
	o := m.offers[m.IntN(len(m.offers))]
	if o.state == booking.Open && o.slots[len(o.slots)-1] <= m.now {
		o.state = booking.Expired
	}
	return o
}

func (m *model) book() error {
	o := m.pickOffer()
	i := o.modelInterview
	i.start = o.slots[m.IntN(len(o.slots))]
	if m.IntN(6) == 0 {
		i.start = m.IntN(halfHours)
	}
	want := ""
	people, candidate := m.collisions(i, "")
	switch {
	case o.state == booking.Booked:
		if booked := m.bookedStart(o); booked != i.start {
			want = "booking.already_booked"
		}
	case o.state != booking.Open:
		want = "booking.closed_" + string(o.state)
	case !slices.Contains(o.slots, i.start):
		want = "booking.slot_unknown"
	case i.start <= m.now:
		want = "booking.slot_passed"
	case candidate:
		want = "booking.slot_own_interview"
	case people:
		want = "booking.slot_taken"
	}
	v, err := m.w.Book(m.ctx, o.token, m.toTime(i.start))
	if err == nil && o.state == booking.Open {
		o.state, o.interview = booking.Booked, v.InterviewID
		m.interviews[v.InterviewID] = &i
	}
	return m.record(err, want, "book %s at %d", o.id, i.start)
}

// bookedStart returns the present start of a booked interview.
func (m *model) bookedStart(o *modelOffer) int {
	i, err := m.w.Interviews.Get(m.ctx, m.recruiter, o.interview)
	apperrtest.RequireNoError(m.w.t, err)
	return int(i.StartsAt.Sub(m.toTime(0)) / (30 * time.Minute))
}

func (m *model) withdraw() error {
	o := m.pickOffer()
	want := ""
	if o.state == booking.Booked {
		want = "booking.is_booked"
	}
	_, err := m.w.Withdraw(m.ctx, m.recruiter, o.id)
	if err == nil {
		o.state, o.requested = booking.Withdrawn, false
	}
	return m.record(err, want, "withdraw %s", o.id)
}

func (m *model) reoffer() error {
	o := m.pickOffer()
	slots, times, want := m.newSlots(o.modelInterview)
	if o.state == booking.Booked || o.state == booking.Withdrawn {
		want = "booking.is_" + string(o.state)
	}
	_, err := m.w.Reoffer(m.ctx, m.recruiter, o.id, 0, times, "")
	if err == nil {
		o.state, o.slots, o.requested = booking.Open, slots, false
	}
	return m.record(err, want, "reoffer %s at %v", o.id, slots)
}

func (m *model) request() error {
	o := m.pickOffer()
	want := ""
	switch o.state {
	case booking.Booked:
		want = "booking.already_booked"
	case booking.Withdrawn:
		want = "booking.closed_withdrawn"
	default:
	}
	_, err := m.w.RequestOtherTime(m.ctx, o.token, "另一天")
	if err == nil {
		o.requested = true
	}
	return m.record(err, want, "request %s", o.id)
}

// wantScheduled returns the text id of the error of an interview at a time.
func (m *model) wantScheduled(i modelInterview, except string) string {
	people, candidate := m.collisions(i, except)
	switch {
	case i.start < m.now:
		return "interview.in_past"
	case people:
		return "interview.double_booked"
	case candidate:
		return "interview.candidate_double_booked"
	}
	return ""
}

func (m *model) schedule() error {
	i := m.newInterview()
	want := m.wantScheduled(i, "")
	made, _, err := m.w.Interviews.Schedule(m.ctx, m.recruiter, m.toPlan(i))
	if err == nil {
		m.interviews[made.ID] = &i
	}
	return m.record(err, want, "schedule %v", i)
}

// pickInterview returns the id of an interview in an order that the seed decides.
func (m *model) pickInterview() string {
	ids := []string{}
	for id := range m.interviews {
		ids = append(ids, id)
	}
	slices.Sort(ids)
	return ids[m.IntN(len(ids))]
}

func (m *model) reschedule() error {
	id := m.pickInterview()
	i := *m.interviews[id]
	i.start = m.IntN(halfHours)
	want := ""
	if i.start != m.interviews[id].start {
		want = m.wantScheduled(i, id)
	}
	_, err := m.w.Interviews.Edit(m.ctx, m.recruiter, id, 0, func(p *interview.Plan) { p.StartsAt = m.toTime(i.start) })
	if err == nil {
		m.interviews[id] = &i
	}
	return m.record(err, want, "move %s to %d", id, i.start)
}

func (m *model) cancel() error {
	id := m.pickInterview()
	_, err := m.w.Interviews.Cancel(m.ctx, m.recruiter, id, "")
	if err == nil {
		delete(m.interviews, id)
	}
	return m.record(err, "", "cancel %s", id)
}

// compare compares the stored offers and interviews with the model.
func (m *model) compare() error {
	for _, o := range m.offers {
		v, err := m.w.Lookup(m.ctx, o.token)
		if err != nil {
			return err
		}
		if o.state == booking.Open && o.slots[len(o.slots)-1] <= m.now {
			o.state = booking.Expired
		}
		if v.StateNow != o.state || v.InterviewID != o.interview || (v.RequestedAt != nil) != o.requested && o.state != booking.Booked {
			return fmt.Errorf("offer %s: %s with interview %q, want %s with %q", o.id, v.StateNow, v.InterviewID, o.state, o.interview)
		}
		for _, slot := range v.Slots {
			if err := m.compareSlot(o, slot); err != nil {
				return err
			}
		}
	}
	list, _, err := m.w.Interviews.List(m.ctx, m.recruiter, interview.Filter{States: []interview.State{interview.Scheduled}})
	if err != nil || len(list) != len(m.interviews) {
		return fmt.Errorf("%d interviews, want %d (%w)", len(list), len(m.interviews), err)
	}
	for _, i := range list {
		if want := m.interviews[i.ID]; want == nil || !i.StartsAt.Equal(m.toTime(want.start)) {
			return fmt.Errorf("interview %s at %s is unexpected", i.ID, i.StartsAt)
		}
	}
	return nil
}

// compareSlot compares the reason of a slot of an offer that is not booked.
func (m *model) compareSlot(o *modelOffer, slot booking.SlotView) error {
	i := o.modelInterview
	i.start = int(slot.Start.Sub(m.toTime(0)) / (30 * time.Minute))
	people, candidate := m.collisions(i, "")
	want := booking.Free
	switch {
	case i.start <= m.now:
		want = booking.Passed
	case candidate:
		want = booking.OwnBooking
	case people:
		want = booking.Taken
	}
	if slot.Reason != want {
		return fmt.Errorf("offer %s, slot %d: %q, want %q", o.id, i.start, slot.Reason, want)
	}
	return nil
}
