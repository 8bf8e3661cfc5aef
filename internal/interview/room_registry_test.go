package interview

import (
	"slices"
	"testing"

	"github.com/huimian/huimian/internal/actor"
	"github.com/huimian/huimian/internal/apperr/apperrtest"
)

// fakeKind is a kind whose rooms contain the candidate's name and admit only
// interviewers.
type fakeKind struct{ builtinRooms }

func (fakeKind) Kind() RoomKind         { return "fake" }
func (fakeKind) FollowsCandidate() bool { return true }
func (fakeKind) MayJoinAsInterviewer(i *Interview, userID string) bool {
	return i.interviewer(userID) != nil
}

func TestRoomRegistry(t *testing.T) {
	for name, tc := range map[string]struct {
		registry                  RoomRegistry
		kinds, defaults, follower []RoomKind
	}{
		"zero value": {RoomRegistry{}, []RoomKind{BuiltinRoom, LinkRoom}, []RoomKind{BuiltinRoom}, nil},
		"external":   {NewRoomRegistry(fakeKind{}), []RoomKind{BuiltinRoom, "fake", LinkRoom}, []RoomKind{BuiltinRoom, "fake"}, []RoomKind{"fake"}},
	} {
		t.Run(name, func(t *testing.T) {
			for what, pair := range map[string][2][]RoomKind{
				"kinds":          {tc.registry.Kinds(), tc.kinds},
				"default kinds":  {tc.registry.DefaultKinds(), tc.defaults},
				"with candidate": {tc.registry.kindsWhere(RoomProvider.FollowsCandidate), tc.follower},
			} {
				if !slices.Equal(pair[0], pair[1]) {
					t.Errorf("%s: %v, want %v", what, pair[0], pair[1])
				}
			}
			for _, kind := range tc.kinds {
				if p := tc.registry.Lookup(kind); p == nil || p.Kind() != kind {
					t.Errorf("the provider of %s is %v", kind, p)
				}
			}
			if p := tc.registry.Lookup("unknown"); p != nil {
				t.Errorf("an unknown kind has the provider %v", p)
			}
		})
	}
}

func TestMayJoinAsInterviewer(t *testing.T) {
	r := NewRoomRegistry(fakeKind{})
	for _, tc := range []struct {
		kind   RoomKind
		userID string
		want   bool
	}{
		{"fake", "lin", true}, {"fake", "rosa", false}, {BuiltinRoom, "rosa", true}, {LinkRoom, "rosa", true}, {"unregistered", "rosa", true},
	} {
		i := &Interview{RoomKind: tc.kind, Interviewers: []Interviewer{{UserID: "lin"}}}
		if got := r.mayJoinAsInterviewer(i, tc.userID); got != tc.want {
			t.Errorf("%s may join a room of kind %s: %v", tc.userID, tc.kind, got)
		}
	}
}

func TestDefaultRoomKind(t *testing.T) {
	runOnBoth(t, func(t *testing.T, f *fixture) {
		f.RoomProviders = NewRoomRegistry(fakeKind{})
		admin := actor.ForMember("corp", "rosa", actor.Administrator)
		for kind, want := range map[RoomKind]string{LinkRoom: "defaultKind: field.not_one_of", "unknown": "defaultKind: field.not_one_of"} {
			apperrtest.CheckFields(t, f.Rooms().SetDefaultKind(f.ctx, admin, kind), want)
		}
		if err := f.Rooms().SetDefaultKind(f.ctx, admin, "fake"); err != nil {
			t.Fatal(err)
		}
		if choice := must(f.Rooms().GetChoice(f.ctx, f.recruiter))(t); choice.Default != "fake" || len(choice.Kinds) != 3 {
			t.Errorf("choice %+v", choice)
		}
		apperrtest.CheckForbidden(t, f.Rooms().SetDefaultKind(f.ctx, f.recruiter, "fake"))
		if i := f.schedule(func(p *Plan) { p.RoomKind = "" }); i.RoomKind != "fake" {
			t.Errorf("the default kind is %s", i.RoomKind)
		}
		_, _, err := f.Schedule(f.ctx, f.recruiter, f.plan(func(p *Plan) { p.RoomKind = "unknown" }))
		apperrtest.CheckFields(t, err, "room.kind: field.not_one_of")
	})
}
