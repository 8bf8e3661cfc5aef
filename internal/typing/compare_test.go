package typing

import (
	"fmt"
	"slices"
	"testing"

	"github.com/huimian/huimian/internal/cluster"
	"github.com/huimian/huimian/internal/room/change"
	"github.com/huimian/huimian/internal/room/roomclient"
)

// settledRoom returns a room in which two people have typed two words each, and its
// stored history.
func settledRoom() (*Rooms, *room, *history) {
	r := &Rooms{Options: Options{Edits: 2}, found: new(cluster.Violations)}
	in := &room{id: "r"}
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
			in.people = append(in.people, r.newPerson(in, nil, n))
		}
	}
	for n, p := range in.people {
		p.edits, p.words = 2, []string{fmt.Sprintf("%c1 ", 'a'+n), fmt.Sprintf("%c2 ", 'a'+n)}
		p.client.Documents[document] = &roomclient.Document{Text: change.NewText("a1 b1 a2 b2 "), Version: 4}
	}
	return r, in, stored
}

func TestCompareRoom(t *testing.T) {
	for name, test := range map[string]struct {
		damage func(in *room, stored *history)
		want   []string // rules
	}{
		"equal": {func(*room, *history) {}, nil},
		"an edit is lost": {func(_ *room, h *history) {
			h.Updates = h.Updates[:3]
		}, []string{"count", "different", "different", "lost"}},
		"an edit is doubled": {func(in *room, h *history) {
			twice := h.Updates[3]
			twice.Changes = change.NewReplacement(12, 12, 12, change.NewText("b2 "))
			h.Updates = append(h.Updates, twice)
			for _, p := range in.people {
				p.client.Documents[document] = &roomclient.Document{Text: change.NewText("a1 b1 a2 b2 b2 "), Version: 5}
			}
		}, []string{"count", "doubled"}},
		"a person sees another text": {func(in *room, _ *history) {
			in.people[1].client.Documents[document].Text = change.NewText("a1 b1 b2 a2 ")
		}, []string{"different"}},
		"a person has no text": {func(in *room, _ *history) {
			delete(in.people[1].client.Documents, document)
		}, []string{"different"}},
		"an edit has another author": {func(_ *room, h *history) {
			h.Updates[3].Author = "p:a"
		}, []string{"author"}},
		"a deleted word is still there": {func(in *room, _ *history) {
			in.people[0].words = in.people[0].words[:1]
		}, []string{"doubled"}},
		"an update fits no text": {func(_ *room, h *history) {
			h.Updates[2].Changes = change.NewIdentity(99)
		}, []string{"corrupt"}},
	} {
		t.Run(name, func(t *testing.T) {
			r, in, stored := settledRoom()
			test.damage(in, stored)
			r.compareRoom(in, stored)
			var rules []string
			for _, v := range r.found.List() {
				rules = append(rules, v.Rule)
			}
			slices.Sort(rules)
			if !slices.Equal(rules, test.want) {
				t.Errorf("violations %v, want %v", r.found.List(), test.want)
			}
		})
	}
}
