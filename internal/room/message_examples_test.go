package room

import (
	"encoding/json"
	"maps"
	"os"
	"path/filepath"
	"reflect"
	"slices"
	"strings"
	"testing"

	"github.com/huimian/huimian/internal/room/protocol"
)

// clientMessages and serverMessages map the type of each message of the
// protocol to its Go type.
var clientMessages = map[string]any{
	"hello": protocol.Hello{}, "push": protocol.Push{}, "fetch": protocol.Fetch{}, "cursor": protocol.CursorRequest{},
	"language": protocol.LanguageRequest{}, "problem": protocol.ProblemRequest{}, "question_add": protocol.QuestionAddRequest{}, "question_done": protocol.QuestionDoneRequest{}, "file_create": protocol.FileCreateRequest{}, "file_rename": protocol.FileRenameRequest{}, "file_delete": protocol.FileRequest{}, "file_entry": protocol.FileRequest{}, "drawing": protocol.DrawingRequest{}, "chat": protocol.ChatRequest{}, "run": protocol.RunRequest{},
	"terminal_input": protocol.TerminalInputRequest{}, "terminal_resize": protocol.TerminalResizeRequest{},
	"run_stop": protocol.RunStopRequest{}, "focus": protocol.Focus{}, "paste": protocol.Paste{}, "admit": protocol.AdmissionRequest{},
	"turn_away": protocol.AdmissionRequest{}, "start": protocol.PhaseRequest{}, "end": protocol.PhaseRequest{}, "extend": protocol.PhaseRequest{}, "reopen": protocol.PhaseRequest{}, "ping": protocol.Ping{},
}

var serverMessages = map[string]any{
	"welcome": protocol.Welcome{}, "waiting": protocol.Waiting{}, "lobby": protocol.LobbyStatus{}, "turned_away": protocol.TurnedAway{},
	"knock": protocol.Knock{}, "knock_over": protocol.KnockOver{}, "joined": protocol.Joined{}, "left": protocol.Left{}, "connection_lost": protocol.ConnectionLost{},
	"ack": protocol.Ack{}, "updates": protocol.Updates{}, "resync": protocol.Resync{}, "cursor": protocol.Cursor{},
	"cursor_gone": protocol.CursorGone{}, "language": protocol.Language{}, "problem": protocol.Problem{}, "question_added": protocol.QuestionAdded{}, "files": protocol.FilesChanged{}, "progress": protocol.ProgressChanged{}, "drawing": protocol.DrawingChanged{}, "drawing_ack": protocol.DrawingAck{},
	"chat": protocol.Chat{}, "run_started": protocol.RunStarted{}, "run_output": protocol.RunOutput{}, "terminal_resized": protocol.TerminalResized{},
	"run_queued": protocol.RunQueued{}, "run_finished": protocol.RunFinished{}, "activity": protocol.Activity{}, "state": protocol.State{},
	"error": protocol.Error{}, "reconnect": protocol.Reconnect{}, "pong": protocol.Pong{},
}

// TestMessageExamples decodes every example strictly and encodes it again: the
// Go types have the same fields as the protocol.
func TestMessageExamples(t *testing.T) {
	dir := filepath.Join("..", "..", "testdata", "protocol")
	seen := map[string]bool{}
	for side, types := range map[string]map[string]any{"client": clientMessages, "server": serverMessages} {
		files, err := filepath.Glob(filepath.Join(dir, side+"-*.json"))
		if err != nil {
			t.Fatal(err)
		}
		for _, file := range files {
			name := strings.TrimSuffix(filepath.Base(file), ".json")
			kind, _, _ := strings.Cut(strings.TrimPrefix(name, side+"-"), "-")
			seen[side+"-"+kind] = true
			t.Run(name, func(t *testing.T) {
				raw, err := os.ReadFile(file)
				if err != nil {
					t.Fatal(err)
				}
				checkRoundTrip(t, raw, kind, types[kind])
			})
		}
		for kind := range types {
			if !seen[side+"-"+kind] {
				t.Errorf("there is no example of %s from the %s", kind, side)
			}
		}
	}
	for name := range handlersByType {
		if clientMessages[name] == nil {
			t.Errorf("messages %s are handled but not in the protocol", name)
		}
	}
	if got, want := len(handlersByType), len(slices.Collect(maps.Keys(clientMessages)))-1; got != want { // all but hello
		t.Errorf("%d types are handled, %d are in the protocol", got, want)
	}
}

func checkRoundTrip(t *testing.T, raw []byte, kind string, sample any) {
	t.Helper()
	if sample == nil {
		t.Fatalf("no such message: %s", kind)
	}
	message := reflect.New(reflect.TypeOf(sample)).Interface()
	if err := decodeStrict(raw, message); err != nil {
		t.Fatal(err)
	}
	var want, got map[string]any
	if err := json.Unmarshal(raw, &want); err != nil {
		t.Fatal(err)
	}
	if err := json.Unmarshal(protocol.Encode(message), &got); err != nil {
		t.Fatal(err)
	}
	if want["type"] != kind {
		t.Errorf("the type is %v", want["type"])
	}
	if !reflect.DeepEqual(got, want) {
		t.Errorf("written again:\n%v\nwas:\n%v", got, want)
	}
}
