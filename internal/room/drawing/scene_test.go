package drawing

import (
	"encoding/json"
	"fmt"
	"math/rand/v2"
	"reflect"
	"strings"
	"testing"
)

// newElement returns the stored form of a rectangle.
func newElement(t testing.TB, id string, version, nonce int64, change ...string) Element {
	t.Helper()
	return mustParse(t, rectangle(id, version, nonce, change...))
}

func mustParse(t testing.TB, raw string) Element {
	t.Helper()
	list, refusal := Parse([]json.RawMessage{json.RawMessage(raw)})
	if refusal != "" {
		t.Fatalf("%s: %s", raw, refusal)
	}
	return list[0]
}

// rectangle returns a rectangle with further members, which replace those before them.
func rectangle(id string, version, nonce int64, change ...string) string {
	members := []string{
		fmt.Sprintf(`"id":%q,"version":%d,"versionNonce":%d,"type":"rectangle","index":"a0","x":1.5,"y":-2`, id, version, nonce),
		`"width":10,"height":20,"angle":0,"strokeColor":"#1e1e1e","backgroundColor":"transparent","fillStyle":"solid","strokeWidth":2,"strokeStyle":"solid","roughness":1,"opacity":100,"seed":7`,
	}
	return "{" + strings.Join(append(members, change...), ",") + "}"
}

func deleted(t testing.TB, id string, version, nonce int64) Element {
	t.Helper()
	return newElement(t, id, version, nonce, `"isDeleted":true,"text":"SECRET"`)
}

// The scene is the same in each order of the updates, however they are combined, and when
// some of them arrive twice.
func TestMergeIsIndependentOfOrder(t *testing.T) {
	r := rand.New(rand.NewPCG(1, 49))
	for round := range 200 {
		var all []Element
		for range 40 {
			id, version, nonce := fmt.Sprint("e", r.IntN(5)), 1+r.Int64N(4), r.Int64N(3)
			if r.IntN(4) == 0 {
				all = append(all, deleted(t, id, version, nonce))
			} else {
				all = append(all, newElement(t, id, version, nonce, fmt.Sprintf(`"x":%d`, r.IntN(3)))) // equal heads may differ
			}
		}
		want := new(Scene)
		want.Apply(1, &Update{all})
		for range 5 {
			got, seq := new(Scene), int64(0)
			order := append(shuffled(r, all), shuffled(r, all)[:10]...)
			for len(order) > 0 {
				n := 1 + r.IntN(len(order))
				if seq++; r.IntN(2) == 0 {
					got.Apply(seq, &Checkpoint{order[:n]})
				} else {
					got.Apply(seq, &Update{order[:n]})
				}
				order = order[n:]
			}
			if !reflect.DeepEqual(got.NewCheckpoint(), want.NewCheckpoint()) || got.visible != want.visible || got.visibleBytes != want.visibleBytes {
				t.Fatalf("round %d: %+v, not %+v", round, got, want)
			}
		}
	}
}

func shuffled(r *rand.Rand, list []Element) []Element {
	out := make([]Element, len(list))
	for to, from := range r.Perm(len(list)) {
		out[to] = list[from]
	}
	return out
}

func ids(list []Element) string {
	var out []string
	for _, e := range list {
		mark := ""
		if e.IsDeleted {
			mark = "-"
		}
		out = append(out, fmt.Sprintf("%s%s@%d", mark, e.ID, e.Version))
	}
	return strings.Join(out, " ")
}

func TestScene(t *testing.T) {
	s := new(Scene)
	s.Apply(3, &Update{[]Element{newElement(t, "a", 1, 5), newElement(t, "b", 1, 5)}})
	s.Apply(5, &Update{[]Element{newElement(t, "a", 2, 9), deleted(t, "b", 2, 1)}})
	s.Apply(6, &Update{[]Element{newElement(t, "c", 1, 1)}})
	s.Apply(7, "other data")
	stale := []Element{newElement(t, "a", 1, 0), newElement(t, "a", 2, 10), newElement(t, "b", 2, 1), newElement(t, "c", 1, 1)}
	for name, tc := range map[string]struct{ got, want string }{
		"whole":                         {ids(s.Since(0)), "a@2 c@1"},
		"since the first update":        {ids(s.Since(3)), "a@2 -b@2 c@1"},
		"since the last update":         {ids(s.Since(6)), ""},
		"checkpoint":                    {ids(s.NewCheckpoint().Elements), "a@2 -b@2 c@1"},
		"versions that lose":            {ids(s.FilterNew(stale)), ""},
		"lower nonce of equal versions": {ids(s.FilterNew([]Element{newElement(t, "a", 2, 8)})), "a@2"},
		"newest of several":             {ids(s.FilterNew([]Element{newElement(t, "d", 1, 1), newElement(t, "d", 3, 1), newElement(t, "d", 2, 1)})), "d@3"},
		"what a client lacks":           {ids(s.Superseding(stale)), "a@2 -b@2"},
	} {
		if tc.got != tc.want {
			t.Errorf("%s: %q, not %q", name, tc.got, tc.want)
		}
	}
	if changed := s.Clone(); true {
		changed.Apply(8, &Update{[]Element{newElement(t, "a", 9, 1)}})
		if ids(s.Since(0)) != "a@2 c@1" || ids(changed.Since(7)) != "a@9" {
			t.Error("a clone is not independent")
		}
	}
	raw, err := json.Marshal(s.NewCheckpoint())
	if err != nil || strings.Contains(string(raw), "SECRET") {
		t.Errorf("a deleted element has its content: %s, %v", raw, err)
	}
	read := new(Checkpoint)
	if err := json.Unmarshal(raw, read); err != nil || !reflect.DeepEqual(read, s.NewCheckpoint()) {
		t.Errorf("%v: %+v", err, read)
	}
}

func TestSceneLimits(t *testing.T) {
	fill := func(count int, change ...string) *Scene {
		s := new(Scene)
		for n := range count {
			s.Apply(1, &Update{[]Element{newElement(t, fmt.Sprint("e", n), 1, 1, change...)}})
		}
		return s
	}
	large := `"type":"text","text":"` + strings.Repeat("x", MaxElementBytes-1000) + `"`
	for name, tc := range map[string]struct {
		before *Scene
		next   Element
		want   string
	}{
		"one more element":           {fill(MaxElements), newElement(t, "more", 1, 1), RefusalCount},
		"change at the limit":        {fill(MaxElements), newElement(t, "e0", 2, 1), ""},
		"deletion at the limit":      {fill(MaxElements), deleted(t, "e0", 2, 1), ""},
		"deletion beyond the limit":  {fill(MaxElements + 5), deleted(t, "e0", 2, 1), ""},
		"one more after a deletion":  {fill(MaxHeads, `"isDeleted":true`), newElement(t, "more", 1, 1), RefusalCount},
		"return of a deleted one":    {fill(MaxHeads, `"isDeleted":true`), newElement(t, "e0", 2, 1), ""},
		"one more byte":              {fill(MaxBytes/MaxElementBytes+1, large), newElement(t, "more", 1, 1), RefusalSize},
		"less beyond the limit":      {fill(MaxBytes/MaxElementBytes+1, large), newElement(t, "e0", 2, 1), ""},
		"one element within a limit": {fill(0), newElement(t, "more", 1, 1), ""},
	} {
		after := tc.before.Clone()
		after.Apply(2, &Update{[]Element{tc.next}})
		if got := after.Refusal(tc.before); got != tc.want {
			t.Errorf("%s: %q", name, got)
		}
	}
}

func TestCheckpoints(t *testing.T) {
	s := new(Scene)
	if s.NeedsCheckpoint(true) {
		t.Error("an empty drawing needs one")
	}
	version, size := int64(0), 0
	for ; !s.NeedsCheckpoint(false); version++ {
		e := newElement(t, "a", version+1, 1)
		size += len(e.raw)
		s.Apply(version, &Update{[]Element{e}})
		if !s.NeedsCheckpoint(true) {
			t.Fatal("an update needs none at the end")
		}
	}
	if size <= checkpointBytes || size > checkpointBytes+1000 {
		t.Errorf("one after %d bytes", size)
	}
	s.Apply(version, s.NewCheckpoint())
	if s.NeedsCheckpoint(true) || ids(s.Since(0)) != fmt.Sprint("a@", version) {
		t.Errorf("after a checkpoint: %s", ids(s.Since(0)))
	}
}
