package agenda_test

import (
	"testing"
	"time"

	"github.com/huimian/huimian/internal/room/agenda"
)

func TestElapsed(t *testing.T) {
	begin := time.Date(2026, 3, 2, 6, 0, 0, 0, time.UTC)
	at := func(minute int) time.Time { return begin.Add(time.Duration(minute) * time.Minute) }
	var a agenda.Agenda
	check := func(when string, id string, minute, want int) {
		t.Helper()
		if _, got := a.ProgressAt(id, at(minute)); got != time.Duration(want)*time.Minute {
			t.Errorf("%s: question %s has %s, want %d min", when, id, got, want)
		}
	}
	a.Show("q1", at(0))
	check("before the start", "q1", 5, 0)
	a.Start(at(10))
	check("while it is shown", "q1", 13, 3)
	a.Show("q2", at(14))
	check("after another is shown", "q1", 20, 4)
	a.Show("", at(20))
	check("while none is shown", "q2", 30, 6)
	a.Show("q1", at(30))
	a.Stop(at(32))
	check("after the end", "q1", 40, 6)
	a.Start(at(42)) // reopened
	a.Show("q1", at(43))
	check("after the reopening", "q1", 44, 8)
	a.Show("q2", at(40)) // the clock of another replica
	check("with a clock behind", "q1", 50, 7)
	check("a question without events", "q3", 50, 0)
}

func TestProgress(t *testing.T) {
	begin := time.Date(2026, 3, 2, 6, 0, 0, 0, time.UTC)
	var a agenda.Agenda
	if list := a.Progress(); list == nil || len(list) != 0 {
		t.Errorf("without events: %v", list)
	}
	a.Start(begin)
	a.Show("q1", begin)
	a.Mark("q2", true) // was never shown
	a.Show("q2", begin.Add(1500*time.Millisecond))
	list := a.Progress()
	if len(list) != 2 || list[0].QuestionID != "q1" || list[0].Done || list[0].ElapsedMs != 1500 || list[0].Since != nil {
		t.Fatalf("%+v", list)
	}
	if second := list[1]; !second.Done || second.ElapsedMs != 0 || !second.Since.Equal(begin.Add(1500*time.Millisecond)) {
		t.Errorf("%+v", second)
	}
	a.Mark("q2", false)
	if done, _ := a.ProgressAt("q2", begin); done || a.IsDone("q2") || a.IsDone("q1") {
		t.Error("a question that is not done is")
	}
	a.Stop(begin.Add(time.Minute))
	if list = a.Progress(); list[1].Since != nil || list[1].ElapsedMs != 58500 {
		t.Errorf("after the end: %+v", list[1])
	}
}
