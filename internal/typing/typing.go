// Package typing lets people type in rooms of a cluster, and compares what the product has
// acknowledged with what it has stored and with what each person sees.
package typing

import (
	"context"
	"fmt"
	"log/slog"
	"strings"
	"sync"
	"sync/atomic"
	"time"

	"github.com/huimian/huimian/internal/cluster"
	"github.com/huimian/huimian/internal/rehearsal/browser"
)

// Options describe what people do.
type Options struct {
	Seed     uint64
	Rooms    int           // each has two interviewers and a candidate
	Edits    int           // of each person; 0 is until StopTyping
	Interval time.Duration // mean time between two edits of a person
	Ramp     time.Duration // within which the people of all rooms connect, room by room; 0 is at once
	Logger   *slog.Logger  // required
}

// Rooms are the rooms and their people.
type Rooms struct {
	Options

	cluster *cluster.Cluster
	found   *cluster.Violations
	rooms   []*room
	people  []*person
	stopped atomic.Bool // people make no further edit
	failed  atomic.Bool // a person cannot go on

	typed, acknowledged, connected, reconnects atomic.Int64
}

// room is a room and its people.
type room struct {
	id     string
	people []*person
}

// Interviewers returns the userids of the interviewers of the rooms, which the company of the
// cluster must have.
func Interviewers(rooms int) []string {
	var list []string
	for n := range rooms {
		for seat := range 2 {
			list = append(list, interviewerID(n, seat))
		}
	}
	return list
}

func interviewerID(room, seat int) string { return fmt.Sprintf("interviewer%d-%d", room, seat) }

// Prepare schedules an interview for each room and gives each person a session. desk is the
// browser of a recruiter. Violations are added to found.
func Prepare(ctx context.Context, c *cluster.Cluster, desk *browser.Browser, o Options, found *cluster.Violations) (*Rooms, error) {
	r := &Rooms{Options: o, cluster: c, found: found}
	var position struct{ ID string }
	if err := cluster.Create(ctx, desk, "/api/positions", map[string]any{"title": "后端工程师"}, &position); err != nil {
		return nil, err
	}
	for n := range r.Rooms {
		if err := r.addRoom(ctx, desk, position.ID, n); err != nil {
			return nil, fmt.Errorf("preparing room %d: %w", n, err)
		}
	}
	return r, nil
}

func (r *Rooms) addRoom(ctx context.Context, desk *browser.Browser, positionID string, n int) error {
	in := &room{}
	var interviewers []string
	for seat := range 2 { // the product knows a member from the first sign-in on
		id := interviewerID(n, seat)
		b, err := r.cluster.SignIn(ctx, id)
		if err != nil {
			return err
		}
		interviewers = append(interviewers, id)
		in.people = append(in.people, r.newPerson(in, b, seat))
	}
	var candidate struct{ ID string }
	err := cluster.Create(ctx, desk, "/api/candidates", map[string]any{"name": fmt.Sprintf("候选人 %d", n), "positionId": positionID}, &candidate)
	if err != nil {
		return err
	}
	var interview struct{ ID, CandidateLink string }
	err = cluster.Create(ctx, desk, "/api/interviews", map[string]any{
		"title": "技术面", "positionId": positionID, "candidateId": candidate.ID, "startsAt": time.Now().Add(5 * time.Minute), "durationMinutes": 60,
		"interviewers": interviewers, "room": map[string]any{"kind": "builtin"}, "overrideWarnings": true,
	}, &interview)
	if err != nil {
		return err
	}
	in.id = interview.ID
	guest, err := r.cluster.NewBrowser()
	if err != nil {
		return err
	}
	_, token, _ := strings.Cut(interview.CandidateLink, "#")
	if err := guest.JoinInterview(ctx, token); err != nil {
		return err
	}
	in.people = append(in.people, r.newPerson(in, guest, len(in.people)))
	r.rooms, r.people = append(r.rooms, in), append(r.people, in.people...)
	return nil
}

// Run connects the people, who type until ctx ends.
func (r *Rooms) Run(ctx context.Context) {
	var working sync.WaitGroup
	for n, p := range r.people {
		delay := r.Ramp * time.Duration(n) / time.Duration(len(r.people))
		working.Go(func() {
			select {
			case <-ctx.Done():
			case <-time.After(delay):
				p.keepConnected(ctx)
			}
		})
	}
	working.Wait()
}

// StopTyping ends the edits; people remain connected.
func (r *Rooms) StopTyping() { r.stopped.Store(true) }

// HasFailed reports whether a person cannot go on. A violation has the reason.
func (r *Rooms) HasFailed() bool { return r.failed.Load() }

// AreEditsStored reports whether each person has made all edits and has their acknowledgements.
func (r *Rooms) AreEditsStored() bool {
	for _, p := range r.people {
		if !p.isDone() {
			return false
		}
	}
	return true
}

// IsSettled reports whether the people of each room have the same version.
func (r *Rooms) IsSettled() bool {
	for _, in := range r.rooms {
		head := in.people[0].textVersion()
		for _, p := range in.people[1:] {
			if p.textVersion() != head {
				return false
			}
		}
	}
	return true
}

// Counts are numbers of edits, people and reconnects so far.
type Counts struct{ People, Typed, Acknowledged, Connected, Reconnects int }

// Count returns the numbers so far.
func (r *Rooms) Count() Counts {
	return Counts{
		People: len(r.people), Typed: int(r.typed.Load()), Acknowledged: int(r.acknowledged.Load()),
		Connected: int(r.connected.Load()), Reconnects: int(r.reconnects.Load()),
	}
}

// Durations returns the times from a push to its acknowledgement, without lost connections, and
// from the end of a connection to the welcome of the next one. Run has returned.
func (r *Rooms) Durations() (acknowledgement, away cluster.Durations) {
	var waits, gaps []time.Duration
	for _, p := range r.people {
		waits, gaps = append(waits, p.waits...), append(gaps, p.gaps...)
	}
	return cluster.Quantiles(waits), cluster.Quantiles(gaps)
}
