package insight

import (
	"slices"
	"time"

	"github.com/huimian/huimian/internal/interview"
	"github.com/huimian/huimian/internal/interview/worklist"
	"github.com/huimian/huimian/internal/scorecard"
)

// Figure is a figure with the interviews that it counts.
type Figure string

const (
	Scheduled Figure = "scheduled"
	Held      Figure = "held"
	Cancelled Figure = "cancelled"
	NotHeld   Figure = "not_held"
	Lead      Figure = "lead"
	Passed    Figure = "passed"
	Failed    Figure = "failed"
	Declined  Figure = "declined"
	Evaluated Figure = "evaluated" // with a scorecard whose delay is known
	Late      Figure = "late"
)

// figures lists all figures; those of results are not for interviewers.
var (
	figures = []Figure{Scheduled, Held, Cancelled, NotHeld, Lead, Passed, Failed, Declined, Evaluated, Late}
	results = []Figure{Passed, Failed}
)

// outcomeAt returns the one figure of Scheduled, Held, Cancelled and NotHeld that counts the
// interview.
func (r *record) outcomeAt(now time.Time) Figure {
	switch {
	case r.state == interview.Cancelled:
		return Cancelled
	case r.state != interview.Scheduled:
		return Held
	case r.endsAt.Before(now.Add(-worklist.NotHeldAfter)):
		return NotHeld
	default:
		return Scheduled
	}
}

// leadTime returns the time from the creation to the planned start of a held interview; false for
// others, and for those that were created after their start.
func (r *record) leadTime(now time.Time) (time.Duration, bool) {
	took := r.startsAt.Sub(r.createdAt)
	return took, took >= 0 && r.outcomeAt(now) == Held
}

// resultFigure returns Passed or Failed, "" without a decision for either.
func (r *record) resultFigure() Figure {
	if r.state != interview.Ended {
		return ""
	}
	switch interview.Decision(r.decision) {
	case interview.Hire, interview.NextRound:
		return Passed
	case interview.NoHire:
		return Failed
	default:
		return ""
	}
}

// takesPart reports whether the interviewer has not declined, or has a scorecard all the same.
func (m participation) takesPart() bool { return m.response != interview.Declined || m.scorecard != "" }

// delayOf returns the time from the end of the interview to the submission of the scorecard, 0 if
// it was submitted before; false without one.
func (r *record) delayOf(m participation) (time.Duration, bool) {
	if r.state != interview.Ended || r.endedAt.IsZero() || m.scorecard != scorecard.Submitted || m.submittedAt.IsZero() {
		return 0, false
	}
	return max(0, m.submittedAt.Sub(r.endedAt)), true
}

// isDue reports whether the scorecard is submitted or overdue, and whether it was late.
func (r *record) isDue(m participation, now time.Time) (due, late bool) {
	if took, ok := r.delayOf(m); ok {
		return true, took > worklist.OverdueAfter
	}
	expected := m.scorecard != scorecard.Submitted && m.response != interview.Declined && !m.excused
	late = expected && r.state == interview.Ended && !r.endedAt.IsZero() && now.Sub(r.endedAt) > worklist.OverdueAfter
	return late, late
}

// countsFor reports whether the figures of interviews count the record: for an interviewer, those
// in which the interviewer takes part.
func (r *record) countsFor(userID string) bool {
	return userID == "" || slices.ContainsFunc(r.participations, func(m participation) bool { return m.userID == userID && m.takesPart() })
}

// isCountedIn reports whether a figure counts the interview.
func (r *record) isCountedIn(f Figure, userID string, now time.Time) bool {
	switch f {
	case Declined, Evaluated, Late:
		return slices.ContainsFunc(r.participations, func(m participation) bool {
			return (userID == "" || m.userID == userID) && r.matchesParticipation(f, m, now)
		})
	case Lead:
		_, ok := r.leadTime(now)
		return ok && r.countsFor(userID)
	default:
		return (f == r.outcomeAt(now) || f == r.resultFigure()) && r.countsFor(userID)
	}
}

func (r *record) matchesParticipation(f Figure, m participation, now time.Time) bool {
	switch f {
	case Declined:
		return !m.takesPart()
	case Evaluated:
		_, ok := r.delayOf(m)
		return ok
	default:
		_, late := r.isDue(m, now)
		return late
	}
}
