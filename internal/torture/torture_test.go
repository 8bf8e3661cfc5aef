package torture

import (
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"log/slog"
	"os"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/huimian/huimian/internal/db/dbtest"
	"github.com/huimian/huimian/internal/room/change"
	"github.com/huimian/huimian/internal/room/roomclient"
)

func TestMain(m *testing.M) {
	if !IsReplica() {
		os.Exit(m.Run())
	}
	if err := ServeReplica(context.Background()); err != nil {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(1)
	}
}

// Processes are killed and restarted, and connections are cut, while people type: nothing is lost
// or doubled, and each person sees what is stored. SQLite has one process.
func TestTorture(t *testing.T) {
	replica, err := ReplicaOfProgram()
	if err != nil {
		t.Fatal(err)
	}
	dbtest.RunWithURL(t, func(t *testing.T, url string) {
		o := Options{
			Seed: 1, Rooms: 2, Edits: 40, Interval: 40 * time.Millisecond, Kills: 1, Restarts: 1, CutAfter: 10_000, Delay: 5 * time.Millisecond,
			DatabaseURL: url, Logs: t.Output(), Logger: slog.New(slog.NewTextHandler(t.Output(), nil)),
			Replica: replica,
		}
		if o.isPostgres() {
			o.Replicas = 2
		}
		ctx, cancel := context.WithTimeout(t.Context(), 2*time.Minute)
		defer cancel()
		report, err := Run(ctx, o)
		if err != nil {
			t.Fatal(err)
		}
		if len(report.Violations) > 0 {
			t.Errorf("violations: %v", report.Violations)
		}
		if want := 2 * 3 * 40; report.Acknowledged != want || report.Stored != want {
			t.Errorf("%d edits acknowledged and %d stored, want %d", report.Acknowledged, report.Stored, want)
		}
		if report.Kills != 1 || report.Restarts != 1 || report.Reconnects == 0 || report.Cuts == 0 {
			t.Errorf("faults without an effect: %+v", report)
		}
		var summary, data bytes.Buffer
		report.WriteSummary(&summary)
		if err := report.WriteJSON(&data); err != nil || !json.Valid(data.Bytes()) || !strings.HasSuffix(summary.String(), "\n0 violations\n") {
			t.Errorf("%v: %s %s", err, &summary, &data)
		}
	})
}

// settledRoom returns a run with a room in which two people have typed two words each, and its
// stored history.
func settledRoom() (*run, *roomState, *history) {
	r := &run{Options: Options{Edits: 2}}
	room := &roomState{id: "r"}
	stored := &history{Doc: document}
	length := 0
	for n, word := range []string{"a1 ", "b1 ", "a2 ", "b2 "} {
		set := change.NewReplacement(length, length, length, change.NewText(word))
		length += len(word)
		stored.Updates = append(stored.Updates, struct {
			Author  string
			Changes change.Set
		}{"p:" + word[:1], set})
		if n < 2 {
			room.people = append(room.people, r.newPerson(room, nil, n))
		}
	}
	for n, p := range room.people {
		p.words = []string{fmt.Sprintf("%c1 ", 'a'+n), fmt.Sprintf("%c2 ", 'a'+n)}
		p.client.Documents[document] = &roomclient.Document{Text: change.NewText("a1 b1 a2 b2 "), Version: 4}
	}
	return r, room, stored
}

func TestCompareRoom(t *testing.T) {
	for name, test := range map[string]struct {
		damage func(room *roomState, stored *history)
		want   []string // rules
	}{
		"equal": {func(*roomState, *history) {}, nil},
		"an edit is lost": {func(_ *roomState, h *history) {
			h.Updates = h.Updates[:3]
		}, []string{"count", "different", "different", "lost"}},
		"an edit is doubled": {func(room *roomState, h *history) {
			twice := h.Updates[3]
			twice.Changes = change.NewReplacement(12, 12, 12, change.NewText("b2 "))
			h.Updates = append(h.Updates, twice)
			for _, p := range room.people {
				p.client.Documents[document] = &roomclient.Document{Text: change.NewText("a1 b1 a2 b2 b2 "), Version: 5}
			}
		}, []string{"count", "doubled"}},
		"a person sees another text": {func(room *roomState, _ *history) {
			room.people[1].client.Documents[document].Text = change.NewText("a1 b1 b2 a2 ")
		}, []string{"different"}},
		"a person has no text": {func(room *roomState, _ *history) {
			delete(room.people[1].client.Documents, document)
		}, []string{"different"}},
		"an edit has another author": {func(_ *roomState, h *history) {
			h.Updates[3].Author = "p:a"
		}, []string{"author"}},
		"a deleted word is still there": {func(room *roomState, _ *history) {
			room.people[0].words = room.people[0].words[:1]
		}, []string{"doubled"}},
		"an update fits no text": {func(_ *roomState, h *history) {
			h.Updates[2].Changes = change.NewIdentity(99)
		}, []string{"corrupt"}},
	} {
		t.Run(name, func(t *testing.T) {
			r, room, stored := settledRoom()
			test.damage(room, stored)
			r.compareRoom(room, stored)
			var rules []string
			for _, v := range r.found.list {
				rules = append(rules, v.Rule)
			}
			slices.Sort(rules)
			if !slices.Equal(rules, test.want) {
				t.Errorf("violations %v, want %v", r.found.list, test.want)
			}
		})
	}
}

// More than one process on SQLite would not share a database.
func TestReplicasNeedPostgres(t *testing.T) {
	if _, err := Run(t.Context(), Options{Replicas: 2}); err == nil {
		t.Error("two processes on SQLite were accepted")
	}
}
