package room

import (
	"reflect"
	"strings"
	"testing"

	"github.com/huimian/huimian/internal/db"
	"github.com/huimian/huimian/internal/db/dbtest"
	"github.com/huimian/huimian/internal/room/access"
	"github.com/huimian/huimian/internal/room/logevent"
	"github.com/huimian/huimian/internal/room/protocol"
	"github.com/huimian/huimian/internal/room/replay"
	"github.com/huimian/huimian/internal/room/runlog"
	"github.com/huimian/huimian/internal/sandbox"
)

// showQuestion shows a question to the room, or none for nil, and waits until it
// is shown.
func (p *testClient) showQuestion(q *Question) *protocol.Problem {
	p.t.Helper()
	request := protocol.ProblemRequest{Type: "problem"}
	if q != nil {
		request.QuestionID = &q.ID
	}
	p.sendMessage(request)
	return awaitMessage[protocol.Problem](p, "problem")
}

func (p *testClient) admit(candidate *testClient) {
	p.t.Helper()
	p.sendMessage(protocol.AdmissionRequest{Type: "admit", ParticipantID: candidate.participant.ID})
	candidate.receiveUntil("admitted", func() bool { return candidate.welcome != nil })
}

// TestAnswerPerQuestion: text, language and runs belong to the question, and
// return with it, also after a restart.
func TestAnswerPerQuestion(t *testing.T) {
	first, second := answerDocument(twoSum.ID), answerDocument(lruCache.ID)
	dbtest.Run(t, func(t *testing.T, d *db.DB) {
		runner := newPrintingRunner("[0, 1]")
		runner.languages = []sandbox.Language{{ID: "python"}, {ID: "go"}}
		m := startManager(t, d, func(c *Config) { c.Runner = runner })
		a, li := joinRoom(t, m, zhang), joinRoom(t, m, lilei)
		a.showQuestion(&twoSum)
		a.admit(li)
		if li.welcome.Answer != first {
			t.Errorf("the current answer is %q", li.welcome.Answer)
		}
		li.editAndPush(first, 0, 0, "two sum")
		li.sendMessage(protocol.RunRequest{Type: "run", Doc: first, Version: 1})
		if run := awaitMessage[protocol.RunStarted](a, "run_started").Run; run.Doc != first || (<-runner.programs).Source != "two sum" {
			t.Errorf("ran %+v", run)
		}
		a.receiveType("run_finished")

		shown := a.showQuestion(&lruCache)
		if shown.Document.Doc != second || *shown.Document.Text != "" || shown.Language != "go" { // the starter code is in Go only
			t.Errorf("a new answer: %+v", shown)
		}
		li.receiveUntil("the second question", func() bool { return li.documents[second] != nil })
		li.editAndPush(second, 0, 0, "cache")
		li.editAndPush(first, 7, 7, "!") // typed while the interviewer switched
		shown = a.showQuestion(&twoSum)
		if *shown.Document.Text != "two sum!" || shown.Language != "python" {
			t.Errorf("the first answer is %q in %s", *shown.Document.Text, shown.Language)
		}
		li.leaveRoom()
		m.killForTest()

		m = startManager(t, d, func(c *Config) { c.Runner = runner })
		li.manager = m
		li.joinRoom()
		late := joinRoom(t, m, watcher)
		if w := late.welcome; w.Answer != first || late.documentText(first) != "two sum!" || w.Room.Language != "python" || len(w.Runs) != 1 || w.Runs[0].Doc != first {
			t.Errorf("a late member received %+v", w)
		}
		if late.documents[second] != nil {
			t.Error("a late member received an answer that is not shown")
		}
		if li.documentText(second) != "cache" {
			t.Errorf("the returning client has %q", li.documentText(second))
		}
		sum, err := m.Summary(t.Context(), testCorpID, testRoomID)
		want := []replay.Answer{
			{Doc: first, QuestionID: "q1", Title: twoSum.Title, Language: "python", Code: "two sum!"},
			{Doc: second, QuestionID: "q2", Title: lruCache.Title, Language: "go", Code: "cache"},
		}
		for n := range sum.Answers {
			sum.Answers[n].ElapsedMs = 0 // depends on the clock
		}
		if err != nil || len(sum.Answers) != 2 || !reflect.DeepEqual(sum.Answers[0], want[0]) || !reflect.DeepEqual(sum.Answers[1], want[1]) {
			t.Errorf("the summary has %+v, %v", sum, err)
		}
	})
}

// TestAnswerVisibility: a candidate receives an answer from the moment on in
// which its question is shown, and refusals of every message about it before.
func TestAnswerVisibility(t *testing.T) {
	second := answerDocument(lruCache.ID)
	m := startManager(t, dbtest.Open(t, db.SQLite), func(c *Config) { c.Runner = newPrintingRunner("OUTPUT-OF-STAFF") })
	a := joinRoom(t, m, zhang)
	a.showQuestion(&lruCache)
	a.editAndPush(second, 0, 0, "PREPARED-BY-STAFF")
	a.editAndPush(second, 0, len("PREPARED-BY-STAFF"), "stub")
	a.sendMessage(protocol.RunRequest{Type: "run", Version: 2})
	a.receiveType("run_finished")
	a.showQuestion(&twoSum)
	li := joinRoom(t, m, lilei)
	a.admit(li)
	a.sendMessage(protocol.CursorRequest{Type: "cursor", Doc: second, Version: 2, Ranges: []protocol.Selection{{Anchor: 1, Head: 1}}})
	a.editAndPush(second, 4, 4, " of a class")
	requests := map[string]any{
		"fetch":    protocol.Fetch{Type: "fetch", Doc: second, Version: 3},
		"push":     rawFrame(`{"type":"push","doc":"` + second + `","version":3,"clientId":"candidate1","seq":1,"updates":[{"changes":[15,[0,"x"]]}]}`),
		"cursor":   protocol.CursorRequest{Type: "cursor", Doc: second, Version: 3},
		"paste":    protocol.Paste{Type: "paste", Doc: second, Length: 1},
		"language": protocol.LanguageRequest{Type: "language", Doc: second, Language: "go"},
		"run":      protocol.RunRequest{Type: "run", Doc: second, Version: 3},
	}
	for kind, request := range requests {
		li.sendMessage(request)
		if e := awaitMessage[protocol.Error](li, "error"); e.Code != "not_found" {
			t.Errorf("%s is refused with %q", kind, e.Code)
		}
	}
	for _, frame := range li.frames {
		for _, needle := range []string{"PREPARED-BY-STAFF", "OUTPUT-OF-STAFF", "stub", `"` + second + `","version"`} {
			if strings.Contains(frame, needle) {
				t.Errorf("the candidate received %q in %.200s", needle, frame)
			}
		}
	}
	a.showQuestion(&lruCache)
	li.receiveUntil("the second question", func() bool { return li.documents[second] != nil })
	if got := li.documentText(second); got != "stub of a class" {
		t.Errorf("the candidate has %q", got)
	}
	li.sendMessage(protocol.Fetch{Type: "fetch", Doc: second, Version: 1})
	if r := awaitMessage[protocol.Resync](li, "resync"); r.Code != "push.version" {
		t.Errorf("%+v", r)
	}
	for _, frame := range li.frames {
		if strings.Contains(frame, "PREPARED-BY-STAFF") || strings.Contains(frame, "OUTPUT-OF-STAFF") {
			t.Errorf("the candidate received the past in %.200s", frame)
		}
	}
}

// TestAnswerAcrossReplicas: an answer that is created on one replica is shown
// and edited on another.
func TestAnswerAcrossReplicas(t *testing.T) {
	dbtest.Run(t, func(t *testing.T, d *db.DB) {
		if d.Dialect() == db.SQLite {
			t.Skip("a SQLite file has one server")
		}
		first := answerDocument(twoSum.ID)
		a, b := joinRoom(t, startManager(t, d), zhang), joinRoom(t, startManager(t, d), wang)
		a.showQuestion(&twoSum)
		b.receiveUntil("the question", func() bool { return b.documents[first] != nil })
		b.editAndPush(first, 0, 0, "from b")
		a.receiveUntil("text", func() bool { return a.documentText(first) == "from b" })
		a.editAndPush(first, 6, 6, " and a")
		b.receiveUntil("text", func() bool { return b.documentText(first) == "from b and a" })
	})
}

// TestLogWithoutAnswers: in a log from before there was an answer per question,
// every question is about the one document.
func TestLogWithoutAnswers(t *testing.T) {
	s := newState()
	for i, e := range []*event{
		{kind: logevent.KindProblem, subject: "q1", data: &logevent.Problem{Title: "两数之和"}},
		{kind: logevent.KindAdmit, subject: "li", codeVersion: 3},
		{kind: logevent.KindLanguage, data: &logevent.Language{Language: "go"}},
		{kind: logevent.KindRun, subject: "r", data: &logevent.Run{Version: 4, Language: "go"}},
	} {
		e.seq = int64(i + 1)
		s.applyEvent(e)
	}
	past := s.admissions.PastOf(access.Device{Participant: "li", ID: "browser"})
	if s.answer != docCode || s.languages[docCode] != "go" || !past.IncludesVersion(docCode, 3) || past.IncludesVersion(docCode, 2) || !past.IncludesRun(runlog.Find(s.runs, "r")) {
		t.Errorf("%+v", s)
	}
}
