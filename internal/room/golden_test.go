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

// fromClient and fromServer name the type of each message of the protocol.
var fromClient = map[string]any{
	"hello": helloMessage{}, "push": pushMessage{}, "fetch": fetchMessage{}, "cursor": moveMessage{},
	"language": languageRequest{}, "problem": problemRequest{}, "chat": chatRequest{}, "run": runRequest{},
	"run_stop": runStopRequest{}, "focus": focusMessage{}, "paste": pasteMessage{}, "admit": doorRequest{},
	"turn_away": doorRequest{}, "start": plainRequest{}, "end": plainRequest{}, "ping": pingMessage{},
}

var fromServer = map[string]any{
	"welcome": welcomeMessage{}, "waiting": waitingMessage{}, "turned_away": turnedAwayMessage{},
	"knock": knockMessage{}, "knock_over": knockOverMessage{}, "joined": joinedMessage{}, "left": leftMessage{},
	"ack": ackMessage{}, "updates": updatesMessage{}, "resync": resyncMessage{}, "cursor": cursorMessage{},
	"cursor_gone": cursorGoneMessage{}, "language": languageMessage{}, "problem": problemMessage{},
	"chat": chatMessage{}, "run_started": runStartedMessage{}, "run_output": runOutputMessage{},
	"run_finished": runFinishedMessage{}, "activity": activityMessage{}, "state": stateMessage{},
	"error": errorMessage{}, "reconnect": reconnectMessage{}, "pong": pongMessage{},
}

// TestGoldenMessages reads every example strictly and writes it again: the
// types here have neither less nor more than the protocol.
func TestGoldenMessages(t *testing.T) {
	dir := filepath.Join("..", "..", "testdata", "protocol")
	seen := map[string]bool{}
	for side, types := range map[string]map[string]any{"client": fromClient, "server": fromServer} {
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
				roundTrip(t, raw, kind, types[kind])
			})
		}
		for kind := range types {
			if !seen[side+"-"+kind] {
				t.Errorf("there is no example of %s from the %s", kind, side)
			}
		}
	}
	for name := range handlers {
		if fromClient[name] == nil {
			t.Errorf("messages %s are handled but not in the protocol", name)
		}
	}
	if got, want := len(handlers), len(slices.Collect(maps.Keys(fromClient)))-1; got != want { // all but hello
		t.Errorf("%d types are handled, %d are in the protocol", got, want)
	}
}

func roundTrip(t *testing.T, raw []byte, kind string, sample any) {
	t.Helper()
	if sample == nil {
		t.Fatalf("no such message: %s", kind)
	}
	message := reflect.New(reflect.TypeOf(sample)).Interface()
	if err := decode(raw, message); err != nil {
		t.Fatal(err)
	}
	var want, got map[string]any
	if err := json.Unmarshal(raw, &want); err != nil {
		t.Fatal(err)
	}
	if err := json.Unmarshal(encode(message), &got); err != nil {
		t.Fatal(err)
	}
	if want["type"] != kind {
		t.Errorf("the type is %v", want["type"])
	}
	if !reflect.DeepEqual(got, want) {
		t.Errorf("written again:\n%v\nwas:\n%v", got, want)
	}
}
