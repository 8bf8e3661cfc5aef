package room

import (
	"encoding/json"
	"fmt"
	"math/rand/v2"
	"reflect"
	"slices"
	"strings"
	"sync"
	"testing"

	"github.com/huimian/huimian/internal/db"
	"github.com/huimian/huimian/internal/db/dbtest"
	"github.com/huimian/huimian/internal/room/authority"
	"github.com/huimian/huimian/internal/room/filelist"
	"github.com/huimian/huimian/internal/room/logevent"
	"github.com/huimian/huimian/internal/room/protocol"
	"github.com/huimian/huimian/internal/sandbox"
)

// createFile creates a file of the answer without a question and returns its document.
func (p *testClient) createFile(path, text string) string {
	p.t.Helper()
	p.sendMessage(protocol.FileCreateRequest{Type: "file_create", Answer: docCode, Files: []protocol.NewFile{{Path: path, Text: text}}, Ref: "r"})
	list := awaitMessage[protocol.FilesChanged](p, "files").Files
	return list.Files[len(list.Files)-1].Doc
}

// refusalOf sends a message and returns the code of the error that answers it.
func (p *testClient) refusalOf(message any) string {
	p.t.Helper()
	p.sendMessage(message)
	return awaitMessage[protocol.Error](p, "error").Code
}

func (p *testClient) paths() string {
	var list []string
	for _, f := range p.files[docCode].Files {
		list = append(list, f.Path)
	}
	return strings.Join(list, " ")
}

func TestFilesOfAnAnswer(t *testing.T) {
	dbtest.Run(t, func(t *testing.T, d *db.DB) {
		m := startManager(t, d)
		a, b := joinRoom(t, m, zhang), joinRoom(t, m, wang)
		a.editAndPush(docCode, 0, 0, "import util")
		util := a.createFile("util.py", "x = 1\r\n")
		if got := a.documentText(util); got != "x = 1\n" || a.paths() != "main.py util.py" || filelist.AnswerOf(util) != docCode {
			t.Errorf("%q, %s, %s", got, a.paths(), util)
		}
		b.receiveType("files")
		b.editAndPush(util, 0, 0, "# util\n")
		a.receiveType("updates")
		b.sendMessage(protocol.FileRenameRequest{Type: "file_rename", Doc: util, Path: "lib/util.go"})
		a.receiveType("files")
		a.sendMessage(protocol.FileRequest{Type: "file_entry", Doc: util})
		if msg := awaitMessage[protocol.FilesChanged](a, "files"); msg.Language != "go" || msg.Files.Entry != util || msg.By != zhang.ID || len(msg.Documents) != 0 {
			t.Errorf("%+v", msg)
		}
		a.sendMessage(protocol.FileRequest{Type: "file_delete", Doc: docCode})
		a.receiveType("files")
		b.receiveUntil("the file is deleted", func() bool { return b.paths() == "lib/util.go" })
		if got := strings.Join(loggedKinds(t, d), " "); got != "join join file_create file_rename file_entry file_delete" {
			t.Errorf("log %s", got)
		}
		for name, p := range map[string]*testClient{"another client": b, "a client that joins later": joinRoom(t, m, watcher)} {
			if got := p.documentText(util); got != "# util\nx = 1\n" || !reflect.DeepEqual(p.files, a.files) || p.documents[docCode] != nil {
				t.Errorf("%s: %q, %+v", name, got, p.files)
			}
		}
		m.killForTest()
		again := joinRoom(t, startManager(t, d), zhang)
		if got := again.documentText(util); got != "# util\nx = 1\n" || !reflect.DeepEqual(again.files, a.files) || again.welcome.Room.Language != "go" {
			t.Errorf("after a restart: %q, %+v", got, again.files)
		}
	})
}

func TestRefusedChangesOfFiles(t *testing.T) {
	m := startManager(t, dbtest.Open(t, db.SQLite))
	a := joinRoom(t, m, zhang)
	util, data := a.createFile("util.py", ""), a.createFile("data.json", "")
	create := func(files ...protocol.NewFile) any {
		return protocol.FileCreateRequest{Type: "file_create", Files: files}
	}
	for name, tc := range map[string]struct {
		message any
		code    string
	}{
		"name in use":             {create(protocol.NewFile{Path: "MAIN.py"}), "file.exists"},
		"path out of the answer":  {create(protocol.NewFile{Path: "../x.py"}), "file.path"},
		"no files":                {create(), "file.count"},
		"long text":               {create(protocol.NewFile{Path: "x", Text: strings.Repeat("x", authority.MaxUnits+1)}), "file.size"},
		"files of the notes":      {protocol.FileCreateRequest{Type: "file_create", Answer: docNotes, Files: []protocol.NewFile{{Path: "x"}}}, "not_found"},
		"files of a file":         {protocol.FileCreateRequest{Type: "file_create", Answer: util, Files: []protocol.NewFile{{Path: "x"}}}, "not_found"},
		"unknown answer":          {protocol.FileCreateRequest{Type: "file_create", Answer: "code:none", Files: []protocol.NewFile{{Path: "x"}}}, "not_found"},
		"rename of the notes":     {protocol.FileRenameRequest{Type: "file_rename", Doc: docNotes, Path: "x"}, "not_found"},
		"rename of no file":       {protocol.FileRenameRequest{Type: "file_rename", Doc: docCode + "/none", Path: "x"}, "not_found"},
		"rename to a used name":   {protocol.FileRenameRequest{Type: "file_rename", Doc: util, Path: "data.json"}, "file.exists"},
		"deletion of the entry":   {protocol.FileRequest{Type: "file_delete", Doc: docCode}, "file.entry"},
		"entry without language":  {protocol.FileRequest{Type: "file_entry", Doc: data}, "file.language"},
		"language of named files": {protocol.LanguageRequest{Type: "language", Language: "go"}, "file.language"},
	} {
		if got := a.refusalOf(tc.message); got != tc.code {
			t.Errorf("%s: %q, not %q", name, got, tc.code)
		}
	}
	if a.paths() != "main.py util.py data.json" {
		t.Errorf("%s", a.paths())
	}
}

// What is decided when the request arrives can be different when it is stored: two requests for
// the same name are both valid until one of them is.
func TestConcurrentFilesOfOneName(t *testing.T) {
	dbtest.Run(t, func(t *testing.T, d *db.DB) {
		m := startManager(t, d)
		managers := []*Manager{m, m, m}
		if d.Dialect() == db.Postgres {
			managers[1] = startManager(t, d)
		}
		var clients []*testClient
		for i, who := range []Participant{zhang, wang, newParticipant("zhaoliu", "赵六", Interviewer)} {
			clients = append(clients, joinRoom(t, managers[i], who))
		}
		created := make([]bool, len(clients))
		var wg sync.WaitGroup
		for i, p := range clients {
			wg.Go(func() {
				p.sendMessage(protocol.FileCreateRequest{Type: "file_create", Files: []protocol.NewFile{{Path: "util.py", Text: fmt.Sprint(i)}}, Ref: "r"})
				for {
					switch p.receiveNext() {
					case "files":
						if created[i] = decodeFrame[protocol.FilesChanged](t, p.frames[len(p.frames)-1]).By == p.participant.ID; created[i] {
							return
						}
					case "error":
						return
					}
				}
			})
		}
		wg.Wait()
		if n := len(slices.DeleteFunc(created, func(ok bool) bool { return !ok })); n != 1 {
			t.Errorf("%d of three requests for one name have succeeded", n)
		}
		late := joinRoom(t, m, watcher)
		if late.paths() != "main.py util.py" || len(late.documents) != 3 {
			t.Errorf("%s, %d documents", late.paths(), len(late.documents))
		}
	})
}

// A deleted file takes no more edits. A push that was stored before is still answered.
func TestPushIntoDeletedFile(t *testing.T) {
	m := startManager(t, dbtest.Open(t, db.SQLite))
	a := joinRoom(t, m, zhang)
	util := a.createFile("util.py", "")
	a.editText(util, 0, 0, "x")
	a.pushPending(util)
	stored, kept := a.documents[util].Frame, a.documents[util]
	a.awaitStored(util)
	a.sendMessage(protocol.FileRequest{Type: "file_delete", Doc: util})
	a.receiveType("files")
	a.documents[util], kept.Frame = kept, stored
	a.sendMessage(stored)
	a.receiveType("ack")
	if got := a.refusalOf(pushJSON(util, 1, "clientid-2", 1, `[1,[0,"y"]]`)); got != "not_found" {
		t.Errorf("an edit of a deleted file: %q", got)
	}
	if got := a.refusalOf(protocol.FileRequest{Type: "file_entry", Doc: util}); got != "not_found" {
		t.Errorf("a deleted file as entry: %q", got)
	}
	a.leaveRoom()
	a.joinRoom()
	for _, v := range a.welcome.Documents {
		if v.Doc == util {
			t.Error("a returning client receives a deleted file")
		}
	}
}

// The texts of all files together are limited, for edits and for new files.
func TestSizeOfAllFiles(t *testing.T) {
	m := startManager(t, dbtest.Open(t, db.SQLite))
	a := joinRoom(t, m, zhang)
	half := strings.Repeat("x", filelist.MaxUnits/2)
	large := a.createFile("a.txt", half)
	a.createFile("b.txt", half[:len(half)-10])
	if got := a.refusalOf(protocol.FileCreateRequest{Type: "file_create", Files: []protocol.NewFile{{Path: "c.txt", Text: strings.Repeat("y", 11)}}}); got != "file.size" {
		t.Errorf("a file above the limit: %q", got)
	}
	a.editAndPush(docCode, 0, 0, "0123456789")
	a.sendMessage(pushJSON(docCode, 1, "clientid-1", 1, `[10,[0,"x"]]`))
	if got := awaitMessage[protocol.Resync](a, "resync"); got.Code != "push.files_size" {
		t.Errorf("an edit above the limit: %q", got.Code)
	}
	a.editAndPush(large, 0, 1, "")
	a.editAndPush(docCode, 0, 0, "z")
	if got := m.loadedRooms()[0].storage.Bytes(zhang.ID); got < filelist.MaxUnits-20 {
		t.Errorf("%d bytes are counted", got)
	}
}

// A candidate sees a file as it was at the admission, and files that were created later.
func TestFilesBeforeTheAdmission(t *testing.T) {
	dbtest.Run(t, func(t *testing.T, d *db.DB) {
		m := startManager(t, d)
		a := joinRoom(t, m, zhang)
		old := a.createFile("old.py", "the solution")
		deleted := a.createFile("deleted.py", "the solution")
		a.editAndPush(old, 0, len("the solution"), "")
		a.sendMessage(protocol.FileRequest{Type: "file_delete", Doc: deleted})
		a.receiveType("files")
		li := joinRoom(t, m, lilei)
		a.sendMessage(protocol.AdmissionRequest{Type: "admit", ParticipantID: lilei.ID})
		li.receiveType("welcome")
		m.killForTest()
		m = startManager(t, d) // by the log
		a, li = joinRoom(t, m, zhang), joinRoom(t, m, lilei)
		later := a.createFile("later.py", "x")
		li.receiveType("files")
		for doc, code := range map[string]string{old: "resync push.version", deleted: "error not_found"} {
			li.sendMessage(protocol.Fetch{Type: "fetch", Doc: doc})
			for kind := ""; kind != "resync" && kind != "error"; {
				kind = li.receiveNext()
			}
			if got := decodeFrame[protocol.Error](t, li.frames[len(li.frames)-1]); got.Type+" "+got.Code != code {
				t.Errorf("%s: %s %s, not %s", doc, got.Type, got.Code, code)
			}
		}
		if got := li.documentText(later); got != "x" || li.documentText(old) != "" {
			t.Errorf("texts %q, %q", got, li.documentText(old))
		}
		for _, frame := range li.frames {
			if strings.Contains(frame, "the solution") {
				t.Errorf("the candidate received %.200s", frame)
			}
		}
	})
}

func TestRunWithFiles(t *testing.T) {
	m := startManager(t, dbtest.Open(t, db.SQLite), func(c *Config) {
		c.Runner = newEmittingRunner(func() chan string { c := make(chan string); close(c); return c }())
	})
	programs := m.runner.(*scriptedRunner).programs
	a := joinRoom(t, m, zhang)
	a.editAndPush(docCode, 0, 0, "import util")
	run := func(version int) sandbox.Program {
		a.sendMessage(protocol.RunRequest{Type: "run", Version: version})
		p := <-programs
		a.receiveType("run_finished")
		return p
	}
	if p := run(1); p.Path != "" || p.Files != nil || p.Source != "import util" {
		t.Errorf("an answer of one file: %+v", p)
	}
	util := a.createFile("lib/util.py", "x = 1")
	a.editAndPush(docCode, 0, 0, "# ")
	p := run(1) // not the head
	if want := []sandbox.File{{Path: "lib/util.py", Text: "x = 1"}}; p.Path != "main.py" || p.Source != "import util" || !reflect.DeepEqual(p.Files, want) || p.Language != "python" {
		t.Errorf("two files: %+v", p)
	}
	a.sendMessage(protocol.FileRequest{Type: "file_entry", Doc: util})
	a.receiveType("files")
	if p := run(1); p.Path != "lib/util.py" || p.Source != "x = 1" || p.Files[0] != (sandbox.File{Path: "main.py", Text: "# import util"}) {
		t.Errorf("another entry: %+v", p)
	}
	rows, err := m.store.ListLastEvents(t.Context(), testRoomID, 1<<30, 1, logevent.KindRun)
	if err != nil || len(rows) != 1 {
		t.Fatal(err)
	}
	var data logevent.Run
	if err := json.Unmarshal([]byte(rows[0].Data), &data); err != nil {
		t.Fatal(err)
	}
	want := logevent.RunFiles{Entry: util, Files: []logevent.RunFile{{File: protocol.File{Doc: docCode, Path: "main.py"}, Version: 2}, {File: protocol.File{Doc: util, Path: "lib/util.py"}, Version: 1}}}
	if !reflect.DeepEqual(data.RunFiles, want) || data.Doc != docCode {
		t.Errorf("the log has %+v", data)
	}
}

// Files belong to an answer, and return with its question.
func TestFilesOfQuestions(t *testing.T) {
	m := startManager(t, dbtest.Open(t, db.SQLite))
	a, b := joinRoom(t, m, zhang), joinRoom(t, m, wang)
	util := a.createFile("util.py", "x")
	a.sendMessage(protocol.ProblemRequest{Type: "problem", QuestionID: &twoSum.ID})
	if msg := awaitMessage[protocol.Problem](a, "problem"); filelist.IsNamed(msg.Files) || len(msg.Documents) != 0 {
		t.Errorf("%+v", msg.FileView)
	}
	c := joinRoom(t, m, watcher)
	if c.documents[util] != nil {
		t.Error("a client receives files of an answer that is not shown")
	}
	a.sendMessage(protocol.ProblemRequest{Type: "problem"})
	for _, p := range []*testClient{a, b, c} {
		p.receiveUntil("the first answer is shown", func() bool { return p.paths() == "main.py util.py" && p.documents[util] != nil })
		if got := p.documentText(util); got != "x" {
			t.Errorf("%s: %q", p.participant.Name, got)
		}
	}
}

// TestRandomFilesConverge: clients that edit, create, rename and delete files at random, on two
// replicas where the database has them, end with the files and texts of the log.
func TestRandomFilesConverge(t *testing.T) {
	dbtest.Run(t, func(t *testing.T, d *db.DB) {
		m := startManager(t, d)
		other := m
		if d.Dialect() == db.Postgres {
			other = startManager(t, d)
		}
		clients := []*testClient{joinRoom(t, m, zhang), joinRoom(t, other, wang), joinRoom(t, m, newParticipant("zhaoliu", "赵六", Interviewer))}
		var wg sync.WaitGroup
		for i, p := range clients {
			wg.Go(func() { p.changeFilesRandomly(rand.New(rand.NewPCG(5, uint64(i))), 80) })
		}
		wg.Wait()
		for _, p := range clients {
			for doc := range p.documents {
				if p.documents[doc] != nil {
					p.settle(doc)
				}
			}
		}
		m.killForTest()
		late := joinRoom(t, startManager(t, d), watcher)
		list, head := late.files[docCode], 0
		for _, f := range list.Files {
			head += late.documents[f.Doc].Version
		}
		if len(list.Files) < 2 || head == 0 {
			t.Fatalf("%d files, %d updates", len(list.Files), head)
		}
		for _, p := range clients {
			p.receiveUntil("it has seen all", func() bool {
				seen := 0
				for _, f := range list.Files {
					if c := p.documents[f.Doc]; c != nil {
						seen += c.Version
					}
				}
				return reflect.DeepEqual(p.files[docCode], list) && seen == head
			})
			for _, f := range list.Files {
				if got, want := p.documentText(f.Doc), late.documentText(f.Doc); got != want {
					t.Errorf("%s, %s: %q, not %q", p.participant.Name, f.Path, got, want)
				}
			}
		}
	})
}

// changeFilesRandomly edits and changes files without waiting for responses.
func (p *testClient) changeFilesRandomly(r *rand.Rand, steps int) {
	for step := range steps {
		files := p.files[docCode].Files
		doc := files[r.IntN(len(files))].Doc
		switch r.IntN(8) {
		case 0:
			p.sendMessage(protocol.FileCreateRequest{Type: "file_create", Files: []protocol.NewFile{{Path: fmt.Sprintf("%d/f%d.py", r.IntN(3), r.IntN(5)), Text: fmt.Sprint(step)}}})
		case 1:
			p.sendMessage(protocol.FileRenameRequest{Type: "file_rename", Doc: doc, Path: fmt.Sprintf("f%d.py", r.IntN(5))})
		case 2:
			p.sendMessage(protocol.FileRequest{Type: "file_entry", Doc: doc})
		case 3:
			if r.IntN(2) == 0 {
				p.sendMessage(protocol.FileRequest{Type: "file_delete", Doc: doc})
			}
		default:
			if p.documents[doc] != nil {
				p.editAtRandom(r, doc)
				p.pushPending(doc)
			}
		}
		p.sendMessage(protocol.Ping{Type: "ping"})
		p.receiveType("pong")
	}
}

// settle waits until the edits of a file are stored, or the file is deleted.
func (p *testClient) settle(doc string) {
	p.receiveUntil("all is stored", func() bool {
		c := p.documents[doc]
		if c == nil {
			return true
		}
		p.pushPending(doc)
		return len(c.Pending) == 0 && c.Frame == ""
	})
}
