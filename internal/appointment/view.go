package appointment

import (
	"context"
	"time"

	"github.com/huimian/huimian/internal/actor"
	"github.com/huimian/huimian/internal/apperr"
)

// State is the state of an appointment.
type State string

const (
	Preparing State = "preparing" // the job has not run yet
	Ready     State = "ready"
	Failed    State = "failed" // see Failure; another attempt may follow
)

// View is an appointment of an interview.
type View struct {
	Kind          Kind
	State         State
	Failure       *apperr.Reason
	NextAttemptAt *time.Time // nil: only a change or a retry helps
}

// List returns the appointments of an interview that the actor may see.
func (s *Service) List(ctx context.Context, a actor.Actor, interviewID string) ([]View, error) {
	if _, err := s.Interviews.Get(ctx, a, interviewID); err != nil {
		return nil, err
	}
	rows, err := readRows(ctx, s.DB.DB, a.CorpID, interviewID)
	if err != nil {
		return nil, err
	}
	list := []View{}
	for _, kind := range []Kind{Schedule, Meeting} {
		if r := rows[kind]; r != nil && (r.ObservedDigest != "" || r.FailureCode != "" || r.isPending()) {
			list = append(list, r.newView())
		}
	}
	return list, nil
}

func (r *row) newView() View {
	v := View{Kind: r.Kind, State: Ready, Failure: r.newReason()}
	switch {
	case v.Failure != nil:
		v.State, v.NextAttemptAt = Failed, r.NextAttemptAt
	case r.ObservedDigest == "":
		v.State = Preparing
	}
	return v
}
