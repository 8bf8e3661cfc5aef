package interview

import (
	"context"
	"errors"
	"reflect"
	"testing"

	"github.com/huimian/huimian/internal/db"
)

// A hook receives the interview as it is stored, with the names of its members, and its
// error rolls the change back.
func TestChangeHooks(t *testing.T) {
	runOnBoth(t, func(t *testing.T, f *fixture) {
		failure := errors.New("the response cannot be stored")
		_, _, err := f.Schedule(f.ctx, f.recruiter, f.plan(), func(context.Context, *db.Tx, Created) error { return failure })
		if list, _, _ := f.List(f.ctx, f.recruiter, Filter{}); !errors.Is(err, failure) || len(list) != 0 || f.jobs("interview_deliver") != 0 {
			t.Errorf("error %v, %d interviews, %d jobs", err, len(list), f.jobs("interview_deliver"))
		}
		var created Created
		i, token, err := f.Schedule(f.ctx, f.recruiter, f.plan(), func(_ context.Context, _ *db.Tx, c Created) error {
			created = c
			return nil
		})
		if err != nil || created.Token != token || !reflect.DeepEqual(created.Interview, i) {
			t.Errorf("scheduling: the hook received %+v with %q, want %+v with %q (%v)", created.Interview, created.Token, i, token, err)
		}

		_, err = f.Cancel(f.ctx, f.recruiter, i.ID, "已招满", func(context.Context, *db.Tx, *Interview) error { return failure })
		if got, _ := f.Get(f.ctx, f.recruiter, i.ID); !errors.Is(err, failure) || got.State != Scheduled {
			t.Errorf("error %v, state %s", err, got.State)
		}
		for range 2 { // a cancelled interview does not change, and has a response too
			var stored *Interview
			cancelled, err := f.Cancel(f.ctx, f.recruiter, i.ID, "已招满", func(_ context.Context, _ *db.Tx, i *Interview) error {
				stored = i
				return nil
			})
			if err != nil || cancelled.State != Cancelled || !reflect.DeepEqual(stored, cancelled) {
				t.Errorf("cancelling: the hook received %+v, want %+v (%v)", stored, cancelled, err)
			}
		}
	})
}
