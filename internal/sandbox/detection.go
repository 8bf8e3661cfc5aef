package sandbox

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"sync"
	"time"
)

// detectConfig is the configuration of the language detectors.
type detectConfig struct {
	cacheDir string // directory for build caches that persist between runs; programs cannot write to it
}

// languageDetector detects one language. detect returns an error that wraps
// exec.ErrNotFound when the language is not installed.
type languageDetector struct {
	id     string
	detect func(context.Context, detectConfig) (*image, error)
}

// languageDetectors are the supported languages, in the order in which they are
// offered.
var languageDetectors = []languageDetector{
	{"python", detectPython},
	{"javascript", detectJavaScript},
	{"java", detectJava},
	{"go", detectGo},
	{"c", detectC},
	{"cpp", detectCPlusPlus},
	{"rust", detectRust},
	{"ruby", detectRuby},
	{"php", detectPHP},
	{"perl", detectPerl},
	{"bash", detectBash},
}

// MissingLanguage is a language that seems to be installed but whose detection
// failed, for example because the machine was busy. The detection is retried.
type MissingLanguage struct {
	ID     string
	Reason string // for the operator
}

// detection is the result of detecting several languages.
type detection struct {
	images  []*image
	missing []MissingLanguage
	absent  []error // reasons of those that are not installed
}

// detectLanguages runs the detectors concurrently.
func detectLanguages(ctx context.Context, detectors []languageDetector, cfg detectConfig) (out detection) {
	ctx, cancel := context.WithTimeout(ctx, detectTimeout)
	defer cancel()
	images, errs := make([]*image, len(detectors)), make([]error, len(detectors))
	var wg sync.WaitGroup
	for i, d := range detectors {
		wg.Go(func() { images[i], errs[i] = d.detect(ctx, cfg) })
	}
	wg.Wait()
	for i, err := range errs {
		switch {
		case err == nil:
			images[i].language.Shell = images[i].shell != ""
			out.images = append(out.images, images[i])
		case isNotInstalled(err):
			out.absent = append(out.absent, err)
		default:
			out.missing = append(out.missing, MissingLanguage{ID: detectors[i].id, Reason: err.Error()})
		}
	}
	return out
}

// exitNotFound is the exit code of a shell, and of the shims of version managers,
// when the command does not exist.
const exitNotFound = 127

func isNotInstalled(err error) bool {
	var exit *exec.ExitError
	return errors.Is(err, exec.ErrNotFound) || errors.As(err, &exit) && exit.ExitCode() == exitNotFound
}

// retryDetection detects the missing languages of l with increasing delays until
// none is missing, and publishes an inspection with each one that is found.
func (g *gvisorRunner) retryDetection(l *inspection) {
	for delay := redetectDelay; len(l.missing) > 0; delay = min(2*delay, redetectMaxDelay) {
		timer := time.NewTimer(delay)
		select {
		case <-timer.C:
		case <-g.ctx.Done():
			timer.Stop()
			return
		}
		missing := slices.DeleteFunc(slices.Clone(g.detectors), func(d languageDetector) bool {
			return !slices.ContainsFunc(l.missing, func(m MissingLanguage) bool { return m.ID == d.id })
		})
		found := detectLanguages(g.ctx, missing, detectConfig{cacheDir: g.cfg.CacheDir})
		if g.ctx.Err() != nil {
			return
		}
		if l = g.publishDetection(l, found); l == nil {
			return // the machine is inspected anew
		}
	}
}

// publishDetection replaces the inspection l by one with the languages that were
// found since. It returns nil when l is not the latest inspection.
func (g *gvisorRunner) publishDetection(l *inspection, found detection) *inspection {
	next := &inspection{done: l.done, endedAt: l.endedAt, runsc: l.runsc, cgroups: l.cgroups, missing: found.missing}
	added := slices.DeleteFunc(found.images, func(img *image) bool {
		err := os.RemoveAll(filepath.Join(g.rootsDir(), img.language.ID))
		if err == nil {
			err = img.buildRoot(g.rootsDir())
		}
		if err != nil {
			next.missing = append(next.missing, MissingLanguage{ID: img.language.ID, Reason: err.Error()})
		}
		return err != nil
	})
	next.images = slices.Concat(l.images, added)
	slices.SortFunc(next.images, func(a, b *image) int {
		return cmp.Compare(g.languageRank(a.language.ID), g.languageRank(b.language.ID))
	})
	g.mu.Lock()
	isLatest := g.latest == l
	if isLatest {
		g.latest = next
	}
	g.mu.Unlock()
	if !isLatest {
		return nil
	}
	for _, img := range added {
		g.cfg.Logger.Info("a language was detected", "language", img.language.ID, "version", img.language.Version)
	}
	g.warmCaches(added)
	return next
}

func (g *gvisorRunner) languageRank(id string) int {
	return slices.IndexFunc(g.detectors, func(d languageDetector) bool { return d.id == id })
}

func (g *gvisorRunner) rootsDir() string { return filepath.Join(g.dir, "roots") }

// logMissing logs the languages whose detection failed.
func (g *gvisorRunner) logMissing(found detection) {
	for _, m := range found.missing {
		g.cfg.Logger.Warn("a language could not be detected; the detection is retried", "language", m.ID, "reason", m.Reason)
	}
	for _, err := range found.absent {
		g.cfg.Logger.Debug("language is not offered", "reason", err)
	}
}

// MissingLanguages returns the languages whose detection failed.
func (g *gvisorRunner) MissingLanguages() []MissingLanguage {
	l := g.currentInspection()
	<-l.done
	return l.missing
}

// describeMissing returns the reasons as one text.
func describeMissing(missing []MissingLanguage) (text string) {
	for _, m := range missing {
		text += fmt.Sprintf("; %s: %s", m.ID, m.Reason)
	}
	return text
}
