package faults

import (
	"bytes"
	"net/http/httptest"
	"slices"
	"strings"
	"testing"
	"time"
)

// useAll returns which of n calls a list applies to.
func useAll(l *List[string], n int, call string, random func() float64) (used []int) {
	for i := range n {
		if l.Use(func(path *string) bool { return *path == "" || *path == call }, random).Found {
			used = append(used, i+1)
		}
	}
	return used
}

func TestFrequency(t *testing.T) {
	for name, test := range map[string]struct {
		frequency Frequency
		random    []float64
		want      []int
	}{
		"without a limit":           {Frequency{}, nil, []int{1, 2, 3, 4, 5, 6}},
		"twice":                     {Frequency{Times: 2}, nil, []int{1, 2}},
		"each third call":           {Frequency{Every: 3}, nil, []int{3, 6}},
		"one of each two, once":     {Frequency{Times: 1, Every: 2}, nil, []int{2}},
		"each call, as 1":           {Frequency{Every: 1}, nil, []int{1, 2, 3, 4, 5, 6}},
		"half of the calls":         {Frequency{Share: 0.5}, []float64{0.4, 0.5, 0.6, 0, 0.9, 0.1}, []int{1, 4, 6}},
		"half of the calls, once":   {Frequency{Share: 0.5, Times: 1}, []float64{0.9, 0.1, 0.1, 0.1, 0.1}, []int{2}},
		"all calls, as a share":     {Frequency{Share: 1}, []float64{0.4, 0.5, 0.6, 0, 0.9, 0.99}, []int{1, 2, 3, 4, 5, 6}},
		"each second call, by half": {Frequency{Every: 2, Share: 0.5}, []float64{0.9, 0.1, 0.1}, []int{4, 6}},
	} {
		t.Run(name, func(t *testing.T) {
			var l List[string]
			l.Add(1, "", test.frequency)
			numbers := slices.Clone(test.random)
			got := useAll(&l, 6, "x", func() float64 {
				next := numbers[0]
				numbers = numbers[1:]
				return next
			})
			if !slices.Equal(got, test.want) {
				t.Errorf("applies to %v, want %v", got, test.want)
			}
		})
	}
}

func TestFirstMatchIsUsed(t *testing.T) {
	var l List[string]
	l.Add(1, "a", Frequency{Times: 1})
	l.Add(2, "", Frequency{})
	anyPath := func(*string) bool { return true }
	if m := l.Use(func(path *string) bool { return *path != "a" }, nil); m.Fault != "" || !m.Found || m.Removed {
		t.Errorf("a call of another path used %+v", m)
	}
	if m := l.Use(anyPath, nil); m.Fault != "a" || !m.Removed {
		t.Errorf("the first call used %+v", m)
	}
	if m := l.Use(anyPath, nil); m.Fault != "" || !m.Found {
		t.Errorf("the second call used %+v", m)
	}
}

func TestRemainingUses(t *testing.T) {
	var l List[string]
	l.Add(7, "a", Frequency{Times: 3})
	l.Use(func(*string) bool { return true }, nil)
	if got := l.Rules(); len(got) != 1 || got[0].ID != 7 || got[0].Remaining != 2 {
		t.Errorf("rules: %+v", got)
	}
}

func TestRemove(t *testing.T) {
	for name, test := range map[string]struct {
		ids  []int64
		want int
	}{"one": {[]int64{2}, 2}, "two": {[]int64{1, 3}, 1}, "unknown": {[]int64{9}, 3}, "all": {nil, 0}} {
		t.Run(name, func(t *testing.T) {
			var l List[string]
			for id := range int64(3) {
				l.Add(id+1, "", Frequency{})
			}
			if l.Remove(test.ids...); len(l.Rules()) != test.want {
				t.Errorf("%d rules are left, want %d", len(l.Rules()), test.want)
			}
		})
	}
}

func TestDelay(t *testing.T) {
	never, closed := make(chan struct{}), make(chan struct{})
	close(closed)
	for name, test := range map[string]struct {
		d                     time.Duration
		disconnected, stopped <-chan struct{}
		want                  bool
	}{
		"the delay passes":          {time.Nanosecond, never, nil, true},
		"the caller disconnects":    {time.Hour, closed, never, false},
		"the simulator is stopped":  {time.Hour, never, closed, false},
		"no channel for the latter": {time.Hour, closed, nil, false},
	} {
		t.Run(name, func(t *testing.T) {
			if got := Delay(test.d, test.disconnected, test.stopped); got != test.want {
				t.Errorf("Delay = %v", got)
			}
		})
	}
}

func TestWriteProxyPage(t *testing.T) {
	w := httptest.NewRecorder()
	WriteProxyPage(w, 502)
	if w.Code != 502 || w.Header().Get("Content-Type") != "text/html" || !strings.Contains(w.Body.String(), "Bad Gateway") {
		t.Errorf("HTTP %d: %s", w.Code, w.Body)
	}
}

func TestWriteSlowly(t *testing.T) {
	for _, n := range []int{0, 1, 9, 10, 101} {
		body, w := bytes.Repeat([]byte("x"), n), httptest.NewRecorder()
		WriteSlowly(w, body, 10*time.Microsecond)
		if !bytes.Equal(w.Body.Bytes(), body) {
			t.Errorf("%d of %d bytes arrived", w.Body.Len(), n)
		}
	}
}
