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
)

// clientMessages and serverMessages map the type of each message of the
// protocol to its Go type.
var clientMessages = map[string]any{
	"hello": helloMessage{}, "push": pushMessage{}, "fetch": fetchMessage{}, "cursor": cursorRequest{},
	"language": languageRequest{}, "problem": problemRequest{}, "chat": chatRequest{}, "run": runRequest{},
	"run_stop": runStopRequest{}, "focus": focusMessage{}, "paste": pasteMessage{}, "admit": admissionRequest{},
	"turn_away": admissionRequest{}, "start": phaseRequest{}, "end": phaseRequest{}, "ping": pingMessage{},
}

var serverMessages = map[string]any{
	"welcome": welcomeMessage{}, "waiting": waitingMessage{}, "turned_away": turnedAwayMessage{},
	"knock": knockMessage{}, "knock_over": knockOverMessage{}, "joined": joinedMessage{}, "left": leftMessage{},
	"ack": ackMessage{}, "updates": updatesMessage{}, "resync": resyncMessage{}, "cursor": cursorMessage{},
	"cursor_gone": cursorGoneMessage{}, "language": languageMessage{}, "problem": problemMessage{},
	"chat": chatMessage{}, "run_started": runStartedMessage{}, "run_output": runOutputMessage{},
	"run_finished": runFinishedMessage{}, "activity": activityMessage{}, "state": stateMessage{},
	"error": errorMessage{}, "reconnect": reconnectMessage{}, "pong": pongMessage{},
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
	if err := json.Unmarshal(encodeMessage(message), &got); err != nil {
		t.Fatal(err)
	}
	if want["type"] != kind {
		t.Errorf("the type is %v", want["type"])
	}
	if !reflect.DeepEqual(got, want) {
		t.Errorf("written again:\n%v\nwas:\n%v", got, want)
	}
}
