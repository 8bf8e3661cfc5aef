package torture

import (
	"context"
	"fmt"
	"net/http"
	"regexp"
	"slices"
	"strings"
	"time"

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

// compareRooms compares each room with what its people see, and writes the report.
func (r *run) compareRooms(ctx context.Context) (*Report, error) {
	typed := time.Since(r.began)
	for _, p := range r.people {
		if !p.isDone() {
			r.addViolationf("unfinished", "%s in room %s: %d edits of %d are acknowledged", p.letter, p.room.id, p.counted, r.Edits)
		}
	}
	if err := ctx.Err(); err != nil {
		r.addViolationf("unfinished", "the time was over: %v", err)
		return r.newReport(typed, 0), nil
	}
	desk, err := r.signIn(ctx, recruiter)
	if err != nil {
		return nil, err
	}
	stored := 0
	for _, room := range r.rooms {
		if _, err := desk.CallAPI(ctx, http.MethodPost, "/api/interviews/"+room.id+"/end", nil, nil); err != nil {
			return nil, err
		}
		var replay struct{ Documents []history }
		if err := get(ctx, room.people[0], "/api/rooms/"+room.id+"/replay", &replay); err != nil {
			return nil, err
		}
		n := slices.IndexFunc(replay.Documents, func(h history) bool { return h.Doc == document })
		if n < 0 {
			r.addViolationf("lost", "room %s has no document", room.id)
			continue
		}
		stored += len(replay.Documents[n].Updates)
		r.compareRoom(room, &replay.Documents[n])
	}
	return r.newReport(typed, stored), nil
}

// get reads an object as a person.
func get(ctx context.Context, p *person, path string, out any) error {
	status, err := p.browser.CallAPI(ctx, http.MethodGet, path, nil, out)
	if err == nil && status != http.StatusOK {
		err = fmt.Errorf("%w: GET %s with status %d", errRefused, path, status)
	}
	return err
}

// compareRoom compares the stored history of a room with the texts of its people.
func (r *run) compareRoom(room *roomState, stored *history) {
	var text change.Text
	authors := map[string]string{} // by letter
	for n, u := range stored.Updates {
		if err := text.Check(u.Changes); err != nil {
			r.addViolationf("corrupt", "update %d of room %s: %v", n, room.id, err)
			return
		}
		text = text.Apply(u.Changes)
		r.compareAuthor(room, authors, n, u.Author, u.Changes)
	}
	if want := len(room.people) * r.Edits; len(stored.Updates) != want {
		r.addViolationf("count", "room %s: %d updates are stored, %d were acknowledged", room.id, len(stored.Updates), want)
	}
	var words []string
	for _, p := range room.people {
		words = append(words, p.words...)
		seen, version := "", -1
		if d := p.client.Documents[document]; d != nil {
			seen, version = d.Text.String(), d.Version
		}
		if seen != text.String() || version != len(stored.Updates) {
			r.addViolationf("different", "%s in room %s has version %d of %d: %s", p.letter, room.id, version, len(stored.Updates), firstDifference(seen, text.String()))
		}
	}
	r.compareWords(room, words, strings.Fields(text.String()))
}

// typedWord matches a word in the JSON form of a change set.
var typedWord = regexp.MustCompile(`([a-z])\d+ `)

// compareAuthor checks that the words of a letter have one author, and that no other letter has the author.
func (r *run) compareAuthor(room *roomState, authors map[string]string, n int, author string, changes change.Set) {
	for _, m := range typedWord.FindAllSubmatch(changes.AppendJSON(nil), -1) {
		letter := string(m[1])
		if authors[letter] == "" {
			authors[letter] = author
		}
		for other, known := range authors {
			if (known == author) != (other == letter) {
				r.addViolationf("author", "update %d of room %s: a word of %s has the author of %s", n, room.id, letter, other)
				return
			}
		}
	}
}

// compareWords finds words that are lost, doubled, or were deleted and are still there.
func (r *run) compareWords(room *roomState, want, got []string) {
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
			r.addViolationf("lost", "room %s has no word %s", room.id, w)
		case n < 0:
			r.addViolationf("doubled", "room %s has the word %s %d times too often", room.id, w, -n)
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
