package server

import (
	"bufio"
	"bytes"
	"context"
	"encoding/json"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"github.com/huimian/huimian/internal/db"
	"github.com/huimian/huimian/internal/db/dbtest"
	"github.com/huimian/huimian/internal/room"
	"github.com/huimian/huimian/internal/room/change"
	"github.com/huimian/huimian/internal/room/replay"
)

// TestEditorsConverge runs the browser's room clients with the editor's packages
// over connections that break and a server that is replaced half-way. All end with
// the text of the log, which contains each edit once.
func TestEditorsConverge(t *testing.T) {
	script := bundleEditors(t)
	dbtest.Run(t, func(t *testing.T, d *db.DB) {
		var current atomic.Pointer[room.Manager]
		log := slog.New(slog.NewTextHandler(t.Output(), nil))
		startRooms := func() {
			m := room.New(room.Config{DB: d, Logger: log, Hooks: room.Hooks{
				Describe: func(context.Context, string, string) (room.Description, error) { return room.Description{}, nil },
			}})
			if err := m.Start(t.Context()); err != nil {
				t.Fatal(err)
			}
			current.Store(m)
		}
		startRooms()
		srv := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
			p := &roomPump{
				rooms: current.Load(), corpID: "corp", roomID: "room", timeouts: roomTimeouts, log: log,
				participant: room.Participant{PersonID: r.URL.Query().Get("id"), Role: room.Role(r.URL.Query().Get("role"))},
				checkAccess: func(context.Context) error { return nil },
			}
			p.serveSocket(w, r, nil)
		}))
		defer srv.Close()
		result := runEditors(t, script, "ws"+strings.TrimPrefix(srv.URL, "http"), func() {
			old := current.Load()
			startRooms()
			if err := old.Stop(t.Context()); err != nil {
				t.Error(err)
			}
		})
		checkEditors(t, current.Load(), result)
		if err := current.Load().Stop(t.Context()); err != nil {
			t.Error(err)
		}
	})
}

// editorsResult is the last line that testdata/editors.ts prints.
type editorsResult struct {
	Texts   []string `json:"texts"`
	Version int      `json:"version"`
	Dropped []string `json:"dropped"`
}

func bundleEditors(t *testing.T) string {
	t.Helper()
	modules, err := filepath.Abs(filepath.Join("..", "..", "web", "node_modules"))
	if err != nil {
		t.Fatal(err)
	}
	esbuild := filepath.Join(modules, ".bin", "esbuild")
	if _, err := os.Stat(esbuild); err != nil {
		t.Skip("the front end's packages are not installed")
	}
	out := filepath.Join(t.TempDir(), "editors.cjs")
	cmd := exec.CommandContext(t.Context(), esbuild, "testdata/editors.ts",
		"--bundle", "--platform=node", "--format=cjs", "--log-level=warning", "--outfile="+out)
	cmd.Env = append(cmd.Environ(), "NODE_PATH="+modules)
	if msg, err := cmd.CombinedOutput(); err != nil {
		t.Fatalf("%v: %s", err, msg)
	}
	return out
}

func runEditors(t *testing.T, script, address string, half func()) (result editorsResult) {
	t.Helper()
	ctx, cancel := context.WithTimeout(t.Context(), 90*time.Second)
	defer cancel()
	cmd := exec.CommandContext(ctx, "node", script, address, "7")
	var stderr strings.Builder
	cmd.Stderr = &stderr
	out, err := cmd.StdoutPipe()
	if err != nil {
		t.Fatal(err)
	}
	if err := cmd.Start(); err != nil {
		t.Fatal(err)
	}
	lines := bufio.NewScanner(out)
	lines.Buffer(nil, 1<<20)
	for lines.Scan() {
		if lines.Text() == "half" {
			half()
		} else if err := json.Unmarshal(lines.Bytes(), &result); err != nil {
			t.Error(err)
		}
	}
	if err := cmd.Wait(); err != nil {
		t.Fatalf("%v: %s", err, stderr.String())
	}
	return result
}

func checkEditors(t *testing.T, rooms *room.Manager, got editorsResult) {
	t.Helper()
	log, err := rooms.OpenReplay(t.Context(), "corp", "room")
	if err != nil {
		t.Fatal(err)
	}
	var body bytes.Buffer
	if err := log.WriteJSON(t.Context(), &body); err != nil {
		t.Fatal(err)
	}
	var replay replay.Replay
	if err := json.Unmarshal(body.Bytes(), &replay); err != nil {
		t.Fatal(err)
	}
	var text change.Text
	for _, u := range replay.Documents[0].Updates {
		text = text.Apply(u.Changes)
	}
	if replay.Documents[0].Doc != "code" || len(replay.Documents[0].Updates) != 3*60 || got.Version != 3*60 || len(got.Dropped) > 0 {
		t.Errorf("%d updates of %s are stored, the editors are at %d and dropped %v",
			len(replay.Documents[0].Updates), replay.Documents[0].Doc, got.Version, got.Dropped)
	}
	for i, have := range got.Texts {
		if have != text.String() {
			t.Errorf("editor %d has %q, the log %q", i, have, text)
		}
	}
}
