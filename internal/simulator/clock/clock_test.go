package clock

import (
	"testing"
	"time"
)

func TestAdvance(t *testing.T) {
	base := time.Unix(1000, 0)
	for name, test := range map[string]struct {
		steps []time.Duration
		want  time.Duration
	}{
		"no step":             {nil, 0},
		"two steps":           {[]time.Duration{time.Second, time.Hour}, time.Hour + time.Second},
		"zero is ignored":     {[]time.Duration{0, time.Second}, time.Second},
		"negative is ignored": {[]time.Duration{time.Second, -time.Hour}, time.Second},
	} {
		t.Run(name, func(t *testing.T) {
			c := Clock{Base: func() func() time.Time { return func() time.Time { return base } }}
			for _, d := range test.steps {
				if moved := c.Advance(d); moved != (d > 0) {
					t.Errorf("Advance(%s) = %v", d, moved)
				}
			}
			if got := c.Now().Sub(base); got != test.want || c.Offset() != test.want {
				t.Errorf("the clock moved by %s and its offset is %s, want %s", got, c.Offset(), test.want)
			}
		})
	}
}

func TestAdvanceTo(t *testing.T) {
	base := time.Unix(1000, 0)
	c := Clock{Base: func() func() time.Time { return func() time.Time { return base } }}
	if !c.AdvanceTo(base.Add(time.Minute)) || c.AdvanceTo(base) || !c.Now().Equal(base.Add(time.Minute)) {
		t.Errorf("the clock is at %s", c.Now())
	}
}

func TestMachineClock(t *testing.T) {
	for name, c := range map[string]*Clock{"no base": {}, "nil base": {Base: func() func() time.Time { return nil }}} {
		before := time.Now()
		if now := c.Now(); now.Before(before) || now.After(time.Now()) {
			t.Errorf("%s: Now() = %s", name, now)
		}
	}
}
