package cluster

import (
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"os"
	"slices"
	"sync"
	"time"
)

// Violation is something that must not happen.
type Violation struct {
	Rule string `json:"rule"`
	Text string `json:"text"`
}

// Violations is the list of a run. The zero value is empty.
type Violations struct {
	mu   sync.Mutex
	list []Violation
}

// maxViolations bounds a list.
const maxViolations = 100

// Addf adds a violation. A list keeps the first 100.
func (v *Violations) Addf(rule, format string, args ...any) {
	v.mu.Lock()
	defer v.mu.Unlock()
	if len(v.list) < maxViolations {
		v.list = append(v.list, Violation{rule, fmt.Sprintf(format, args...)})
	}
}

// List returns the violations so far, never nil.
func (v *Violations) List() []Violation {
	v.mu.Lock()
	defer v.mu.Unlock()
	return append([]Violation{}, v.list...)
}

// WriteViolations writes a line for each violation, and their number.
func WriteViolations(w io.Writer, list []Violation) {
	for _, v := range list {
		fmt.Fprintf(w, "%s: %s\n", v.Rule, v.Text)
	}
	fmt.Fprintf(w, "%d violations\n", len(list))
}

// Durations are quantiles in milliseconds.
type Durations struct {
	P50 float64 `json:"p50"`
	P99 float64 `json:"p99"`
	Max float64 `json:"max"`
}

// Quantiles sorts the list and returns its quantiles, zeros for none.
func Quantiles(list []time.Duration) Durations {
	if len(list) == 0 {
		return Durations{}
	}
	slices.Sort(list)
	at := func(share float64) float64 {
		return float64(list[int(share*float64(len(list)-1))].Microseconds()) / 1000
	}
	return Durations{at(0.5), at(0.99), at(1)}
}

// WriteJSON writes a report as indented JSON.
func WriteJSON(w io.Writer, report any) error {
	enc := json.NewEncoder(w)
	enc.SetIndent("", "  ")
	if err := enc.Encode(report); err != nil {
		return fmt.Errorf("writing the report: %w", err)
	}
	return nil
}

// SaveJSON writes a report to a file. The empty path writes none.
func SaveJSON(path string, report any) (err error) {
	if path == "" {
		return nil
	}
	f, err := os.Create(path) // #nosec G304 -- a path of the command line
	if err != nil {
		return fmt.Errorf("creating the report: %w", err)
	}
	defer func() { err = errors.Join(err, f.Close()) }()
	return WriteJSON(f, report)
}
