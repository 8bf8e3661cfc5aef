package change

import (
	"bufio"
	"bytes"
	"encoding/json"
	"fmt"
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"reflect"
	"strconv"
	"testing"
	"time"
)

// editorCase is one line of the output of testdata/generate.mjs: random change
// sets and the results of the editor's packages.
type editorCase struct {
	Doc      string `json:"doc"`
	A        Set    `json:"a"`
	B        Set    `json:"b"`
	C        Set    `json:"c"` // made after A
	Applied  string `json:"applied"`
	Composed Set    `json:"composed"`
	Mapped   Set    `json:"mapped"`
	Before   Set    `json:"before"`
	Pos      []int  `json:"pos"`
	Rebase   struct {
		Updates []wireUpdate `json:"updates"`
		Over    []wireUpdate `json:"over"`
		Rebased []wireUpdate `json:"rebased"`
	} `json:"rebase"`
}

type wireUpdate struct {
	Client  string `json:"client"`
	Changes Set    `json:"changes"`
}

func decodeUpdates(list []wireUpdate) []Update {
	out := make([]Update, len(list))
	for i, u := range list {
		out[i] = Update(u)
	}
	return out
}

func TestEditorEquivalence(t *testing.T) {
	f, err := os.Open("testdata/golden.jsonl")
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = f.Close() }()
	if n := compareCases(t, f); n < 200 {
		t.Errorf("only %d cases", n)
	}
}

// TestEditorEquivalenceRandom generates new cases with the packages, where Node
// and web/node_modules are installed.
func TestEditorEquivalenceRandom(t *testing.T) {
	web := filepath.Join("..", "..", "..", "web")
	if _, err := os.Stat(filepath.Join(web, "node_modules", "@codemirror", "collab")); err != nil {
		t.Skip("the editor's packages are not installed")
	}
	script, err := filepath.Abs("testdata/generate.mjs")
	if err != nil {
		t.Fatal(err)
	}
	count := "2000"
	if testing.Short() {
		count = "200"
	}
	seed := strconv.FormatUint(uint64(uint32(time.Now().UnixNano())), 10)
	if s := os.Getenv("HUIMIAN_TEST_SEED"); s != "" {
		seed = s
	}
	t.Logf("seed %s, %s cases", seed, count)
	cmd := exec.CommandContext(t.Context(), "node", script, seed, count)
	cmd.Dir = web
	var stderr bytes.Buffer
	cmd.Stderr = &stderr
	out, err := cmd.Output()
	if err != nil {
		t.Fatalf("%v: %s", err, stderr.String())
	}
	compareCases(t, bytes.NewReader(out))
}

func compareCases(t *testing.T, r io.Reader) (n int) {
	t.Helper()
	lines := bufio.NewScanner(r)
	lines.Buffer(nil, 1<<20)
	for ; lines.Scan() && !t.Failed(); n++ {
		var c editorCase
		if err := json.Unmarshal(lines.Bytes(), &c); err != nil {
			t.Fatalf("line %d: %v", n+1, err)
		}
		c.compare(t)
		if t.Failed() {
			t.Logf("in line %d: %s", n+1, lines.Bytes())
		}
	}
	if err := lines.Err(); err != nil {
		t.Fatal(err)
	}
	return n
}

func (c *editorCase) compare(t *testing.T) {
	t.Helper()
	text := NewText(c.Doc)
	if got := applyAndCheck(t, text, c.A); got != c.Applied {
		t.Errorf("applied %q, want %q", got, c.Applied)
	}
	got, err := Compose(c.A, c.C)
	checkSameSet(t, "composed", got, err, c.Composed)
	got, err = Map(c.A, c.B, false)
	checkSameSet(t, "mapped", got, err, c.Mapped)
	got, err = Map(c.A, c.B, true)
	checkSameSet(t, "mapped before", got, err, c.Before)
	pos := make([]int, len(text)+1)
	for i := range pos {
		pos[i] = c.A.MapPos(i)
	}
	if !reflect.DeepEqual(pos, c.Pos) {
		t.Errorf("positions %v, want %v", pos, c.Pos)
	}
	checkCommute(t, text, c.A, c.B)
	c.compareRebase(t)
}

func (c *editorCase) compareRebase(t *testing.T) {
	t.Helper()
	mine, over, want := decodeUpdates(c.Rebase.Updates), decodeUpdates(c.Rebase.Over), decodeUpdates(c.Rebase.Rebased)
	got, _, err := Rebase(mine, over, 1_000_000)
	if err != nil || len(got) != len(want) {
		t.Fatalf("rebased to %d updates, %v; want %d", len(got), err, len(want))
	}
	for i := range got {
		checkSameSet(t, fmt.Sprintf("rebased %d", i), got[i].Changes, nil, want[i].Changes)
		if got[i].Client != want[i].Client {
			t.Errorf("update %d is by %q", i, got[i].Client)
		}
	}
}

func checkSameSet(t *testing.T, what string, got Set, err error, want Set) {
	t.Helper()
	if err != nil {
		t.Errorf("%s: %v", what, err)
		return
	}
	if g, w := string(got.AppendJSON(nil)), string(want.AppendJSON(nil)); g != w {
		t.Errorf("%s: %s, want %s", what, g, w)
	}
}
