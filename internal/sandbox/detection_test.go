package sandbox

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"log/slog"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"testing/synctest"
	"time"
)

func languageIDs(languages []Language) (ids []string) {
	for _, l := range languages {
		ids = append(ids, l.ID)
	}
	return ids
}

// newDetector returns a detector that fails as long as errs has errors.
func newDetector(id string, errs ...error) languageDetector {
	return languageDetector{id, func(context.Context, detectConfig) (*image, error) {
		if len(errs) > 0 {
			err := errs[0]
			errs = errs[1:]
			return nil, err
		}
		img := newImage(id, "main")
		return img, img.setVersion(id+" %s", "1.2", 1)
	}}
}

// A language whose detection fails while the machine is busy is offered later,
// in its place in the list.
func TestDetectionRetries(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		ctx, cancel := context.WithCancel(t.Context())
		var log bytes.Buffer
		busy := fmt.Errorf("running javac: %w", context.DeadlineExceeded)
		g := &gvisorRunner{
			ctx: ctx, dir: t.TempDir(), slots: make(chan struct{}, 1),
			cfg:       Config{Logger: slog.New(slog.NewTextHandler(&log, nil))},
			detectors: []languageDetector{newDetector("a", busy, busy), newDetector("b"), newDetector("c", exec.ErrNotFound), newDetector("d", busy)},
		}
		found := detectLanguages(ctx, g.detectors, detectConfig{})
		g.logMissing(found)
		l := &inspection{done: make(chan struct{}), images: found.images, missing: found.missing}
		close(l.done)
		g.latest = l
		if n := strings.Count(log.String(), "level=WARN"); n != 2 || !strings.Contains(log.String(), "language=d") {
			t.Errorf("the log is %s", log.String())
		}
		g.background.Go(func() { g.retryDetection(l) })
		for _, step := range []struct {
			after     time.Duration
			languages []string
			missing   int
		}{
			{redetectDelay - 1, []string{"b"}, 2},
			{1, []string{"b", "d"}, 1},
			{2*redetectDelay - 1, []string{"b", "d"}, 1},
			{1, []string{"a", "b", "d"}, 0},
		} {
			<-time.After(step.after)
			synctest.Wait()
			if got := languageIDs(g.Languages()); !slices.Equal(got, step.languages) || len(g.MissingLanguages()) != step.missing {
				t.Errorf("offers %v, missing %v; want %v, %d", got, g.MissingLanguages(), step.languages, step.missing)
			}
		}
		g.background.Wait() // nothing is left to detect
		if _, err := os.Stat(filepath.Join(g.rootsDir(), "a", "etc", "passwd")); err != nil {
			t.Error(err)
		}
		cancel()
	})
}

func TestDetectionRetriesEnd(t *testing.T) {
	for name, end := range map[string]func(*gvisorRunner, context.CancelFunc){
		"with the runner": func(_ *gvisorRunner, cancel context.CancelFunc) { cancel() },
		"with a new inspection": func(g *gvisorRunner, _ context.CancelFunc) {
			g.mu.Lock()
			defer g.mu.Unlock()
			g.latest = &inspection{}
		},
	} {
		t.Run(name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				ctx, cancel := context.WithCancel(t.Context())
				defer cancel()
				l := &inspection{missing: []MissingLanguage{{ID: "a"}}}
				g := &gvisorRunner{
					ctx: ctx, dir: t.TempDir(), latest: l, cfg: Config{Logger: slog.New(slog.DiscardHandler)},
					detectors: []languageDetector{newDetector("a", errors.New("busy"), errors.New("busy"))},
				}
				g.background.Go(func() { g.retryDetection(l) })
				synctest.Wait()
				end(g, cancel)
				g.background.Wait()
			})
		})
	}
}

func TestIsNotInstalled(t *testing.T) {
	for want, command := range map[bool]string{true: "exit 127", false: "exit 1"} {
		_, err := runTool(t.Context(), "sh", "-c", command)
		if isNotInstalled(err) != want {
			t.Errorf("%v is not installed: %v", err, !want)
		}
	}
	if _, err := runTool(t.Context(), "no-such-interpreter"); !isNotInstalled(err) {
		t.Errorf("%v", err)
	}
}
