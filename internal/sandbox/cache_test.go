package sandbox

import (
	"context"
	"testing"
	"testing/synctest"
)

// A run takes no slot before its language's cache is filled, and can be
// cancelled until then.
func TestRunWaitsForCache(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		img := newImage("go", "main.go")
		l := &inspection{done: make(chan struct{}), images: []*image{img}}
		close(l.done)
		g := &gvisorRunner{ctx: t.Context(), slots: make(chan struct{}, 1), latest: l, dir: t.TempDir()}
		ctx, cancel := context.WithCancel(t.Context())
		results := make(chan Result, 1)
		go func() {
			result, err := g.Run(ctx, Program{Language: "go"}, nil)
			if err != nil {
				t.Error(err)
			}
			results <- result
		}()
		synctest.Wait()
		if len(g.slots) != 0 || len(results) != 0 {
			t.Errorf("%d slots taken, %d results before the cache is filled", len(g.slots), len(results))
		}
		cancel()
		if result := <-results; result != cancelledResult {
			t.Errorf("result is %+v", result)
		}
	})
}
