package typing

import (
	"context"
	"fmt"
	"net/http"
	"regexp"
	"slices"
	"strings"

	"github.com/huimian/huimian/internal/cluster"
	"github.com/huimian/huimian/internal/rehearsal/browser"
	"github.com/huimian/huimian/internal/room/change"
)

// history is the history of a document in the response of the replay.
type history struct {
	Doc     string
	Updates []struct {
		Author  string
		Changes change.Set
	}
}

// Compare ends the interviews, compares what is stored with what was acknowledged and with what
// each person sees, and returns the number of stored edits. desk is the browser of the recruiter.
func (r *Rooms) Compare(ctx context.Context, desk *browser.Browser) (stored int, err error) {
	for _, p := range r.people {
		if !p.isDone() {
			r.found.Addf("unfinished", "%s in room %s: %d edits of %d are acknowledged", p.letter, p.room.id, p.counted, p.edits)
		}
	}
	if err := ctx.Err(); err != nil {
		r.found.Addf("unfinished", "the time was over: %v", err)
		return 0, nil
	}
	for _, room := range r.rooms {
		if _, err := desk.CallAPI(ctx, http.MethodPost, "/api/interviews/"+room.id+"/end", nil, nil); err != nil {
			return 0, err
		}
		var replay struct{ Documents []history }
		if err := cluster.Get(ctx, room.people[0].browser, "/api/rooms/"+room.id+"/replay", &replay); err != nil {
			return 0, err
		}
		n := slices.IndexFunc(replay.Documents, func(h history) bool { return h.Doc == document })
		if n < 0 {
			r.found.Addf("lost", "room %s has no document", room.id)
			continue
		}
		stored += len(replay.Documents[n].Updates)
		r.compareRoom(room, &replay.Documents[n])
	}
	return stored, nil
}

// compareRoom compares the stored history of a room with the texts of its people.
func (r *Rooms) compareRoom(room *room, stored *history) {
	var text change.Text
	authors := map[string]string{} // by letter
	for n, u := range stored.Updates {
		if err := text.Check(u.Changes); err != nil {
			r.found.Addf("corrupt", "update %d of room %s: %v", n, room.id, err)
			return
		}
		text = text.Apply(u.Changes)
		r.compareAuthor(room, authors, n, u.Author, u.Changes)
	}
	want := 0
	for _, p := range room.people {
		want += p.edits
	}
	if len(stored.Updates) != want {
		r.found.Addf("count", "room %s: %d updates are stored, %d were acknowledged", room.id, len(stored.Updates), want)
	}
	var words []string
	for _, p := range room.people {
		words = append(words, p.words...)
		seen, version := "", -1
		if d := p.client.Documents[document]; d != nil {
			seen, version = d.Text.String(), d.Version
		}
		if seen != text.String() || version != len(stored.Updates) {
			r.found.Addf("different", "%s in room %s has version %d of %d: %s", p.letter, room.id, version, len(stored.Updates), firstDifference(seen, text.String()))
		}
	}
	r.compareWords(room, words, strings.Fields(text.String()))
}

// typedWord matches a word in the JSON form of a change set.
var typedWord = regexp.MustCompile(`([a-z])\d+ `)

// compareAuthor checks that the words of a letter have one author, and that no other letter has the author.
func (r *Rooms) compareAuthor(room *room, authors map[string]string, n int, author string, changes change.Set) {
	for _, m := range typedWord.FindAllSubmatch(changes.AppendJSON(nil), -1) {
		letter := string(m[1])
		if authors[letter] == "" {
			authors[letter] = author
		}
		for other, known := range authors {
			if (known == author) != (other == letter) {
				r.found.Addf("author", "update %d of room %s: a word of %s has the author of %s", n, room.id, letter, other)
				return
			}
		}
	}
}

// compareWords finds words that are lost, doubled, or were deleted and are still there.
func (r *Rooms) compareWords(room *room, want, got []string) {
	count := map[string]int{}
	for _, w := range want {
		count[strings.TrimSpace(w)]++
	}
	for _, w := range got {
		count[w]--
	}
	for w, n := range count {
		switch {
		case n > 0:
			r.found.Addf("lost", "room %s has no word %s", room.id, w)
		case n < 0:
			r.found.Addf("doubled", "room %s has the word %s %d times too often", room.id, w, -n)
		}
	}
}

// firstDifference quotes the place at which two texts differ.
func firstDifference(a, b string) string {
	n := 0
	for n < len(a) && n < len(b) && a[n] == b[n] {
		n++
	}
	const around = 20
	return fmt.Sprintf("at %d, %q and %q", n, a[n:min(len(a), n+around)], b[n:min(len(b), n+around)])
}
