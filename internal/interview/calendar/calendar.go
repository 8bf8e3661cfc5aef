// Package calendar finds the interviews at the time of another one, by interviewer and by
// candidate, and locks the calendars of people who are about to be booked.
package calendar

import (
	"context"
	"fmt"
	"hash/fnv"
	"time"

	"github.com/uptrace/bun"

	"github.com/huimian/huimian/internal/db"
)

// MaxDuration is the duration of the longest interview. The index of the starts is searched
// no further back.
const MaxDuration = 8 * time.Hour

// locks bounds the locks of one transaction: a batch may name thousands of people, and
// PostgreSQL keeps every lock in shared memory.
const locks = 64

// Lock locks the calendars of people, by userid or candidate id, until the transaction
// ends: of two transactions that book the same person, the second sees the first's
// interview.
func Lock(ctx context.Context, tx *db.Tx, corpID string, ids []string) error {
	names := make([]string, len(ids))
	for n, id := range ids {
		h := fnv.New32a()
		_, _ = h.Write([]byte(id)) // never fails
		names[n] = fmt.Sprintf("calendar/%s/%02d", corpID, h.Sum32()%locks)
	}
	return tx.LockNames(ctx, names)
}

// Slot is the time of an interview that is planned.
type Slot struct {
	CorpID     string
	ExceptID   string // of the interview itself, "" for a new one
	Start, End time.Time
}

// Booking is another interview at the time of a slot.
type Booking struct {
	UserID    string    `bun:"user_id"` // of the interviewer, "" for that of a candidate
	Candidate string    `bun:"name"`    // name, "" for that of an interviewer
	Title     string    `bun:"title"`
	StartsAt  time.Time `bun:"starts_at"`
	EndsAt    time.Time `bun:"ends_at"`
}

// FormatTime returns the time of the booking in a time zone.
func (b *Booking) FormatTime(zone string) string {
	loc, err := time.LoadLocation(zone)
	if err != nil {
		loc = time.UTC
	}
	return b.StartsAt.In(loc).Format("2006-01-02 15:04") + "–" + b.EndsAt.In(loc).Format("15:04")
}

// selectOverlapping selects the interviews that are neither over nor cancelled and overlap
// with the slot.
func selectOverlapping(q bun.IDB, s Slot) *bun.SelectQuery {
	return q.NewSelect().TableExpr("interviews AS i").ColumnExpr("i.title, i.starts_at, i.ends_at").
		Where("i.corp_id = ? AND i.id <> ?", s.CorpID, s.ExceptID).
		Where("i.state IN ('scheduled', 'in_progress')").
		Where("i.starts_at < ? AND i.ends_at > ?", db.Time(s.End), db.Time(s.Start)).
		Where("i.starts_at > ?", db.Time(s.Start.Add(-MaxDuration))).
		OrderExpr("i.starts_at, i.id")
}

// maxBookings is the number of rows that FindInterviewerBookings reads.
const maxBookings = 1000

// FindInterviewerBookings returns the first booking of each interviewer who has not
// declined it, by userid.
func FindInterviewerBookings(ctx context.Context, q bun.IDB, s Slot, userIDs []string) (map[string]Booking, error) {
	first := map[string]Booking{}
	if len(userIDs) == 0 {
		return first, nil
	}
	var list []Booking
	err := selectOverlapping(q, s).ColumnExpr("im.user_id").
		Join("JOIN interview_members AS im ON im.interview_id = i.id").
		Where("im.user_id IN (?) AND im.response <> 'declined'", bun.List(userIDs)).
		Limit(maxBookings).Scan(ctx, &list)
	if err != nil {
		return nil, fmt.Errorf("reading the interviews at the same time: %w", err)
	}
	for _, b := range list {
		if _, ok := first[b.UserID]; !ok {
			first[b.UserID] = b
		}
	}
	return first, nil
}

// FindCandidateBooking returns the first booking of a candidate, nil if there is none.
func FindCandidateBooking(ctx context.Context, q bun.IDB, s Slot, candidateID string) (*Booking, error) {
	b := new(Booking)
	err := selectOverlapping(q, s).ColumnExpr("c.name").
		Join("JOIN candidates AS c ON c.corp_id = i.corp_id AND c.id = i.candidate_id").
		Where("i.candidate_id = ?", candidateID).Limit(1).Scan(ctx, b)
	if db.IsNotFound(err) {
		return nil, nil
	}
	if err != nil {
		return nil, fmt.Errorf("reading the candidate's interviews at the same time: %w", err)
	}
	return b, nil
}
