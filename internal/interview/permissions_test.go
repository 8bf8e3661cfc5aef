package interview

import (
	"slices"
	"testing"

	"github.com/huimian/huimian/internal/actor"
	"github.com/huimian/huimian/internal/scorecard"
)

// names lists the permissions that are granted.
func (p Permissions) names() []string {
	var out []string
	for _, permission := range []struct {
		name    string
		granted bool
	}{
		{"edit", p.Edit}, {"cancel", p.Cancel}, {"respond", p.Respond}, {"enter", p.Enter}, {"start", p.Start}, {"end", p.End},
		{"link", p.Link}, {"evaluate", p.Evaluate}, {"decide", p.Decide}, {"manage", p.ManageScorecards},
	} {
		if permission.granted {
			out = append(out, permission.name)
		}
	}
	return out
}

func TestPermissionsByRoleAndState(t *testing.T) {
	person := func(userID string, roles actor.Roles) actor.Actor {
		return actor.ForMember("corp", userID, roles)
	}
	foreigner := person("rosa", actor.Recruiter|actor.Administrator)
	foreigner.CorpID = "other"
	states := []State{Scheduled, InProgress, Ended, Cancelled}
	for name, tc := range map[string]struct {
		actor actor.Actor
		want  map[State][]string
	}{
		"recruiter": {person("rosa", actor.Recruiter), map[State][]string{
			Scheduled:  {"edit", "cancel", "enter", "start", "link"},
			InProgress: {"cancel", "enter", "end", "link"},
			Ended:      {"enter", "decide", "manage"},
		}},
		"administrator": {person("adam", actor.Administrator), map[State][]string{
			Scheduled:  {"edit", "cancel", "enter", "start", "link"},
			InProgress: {"cancel", "enter", "end", "link"},
			Ended:      {"enter", "decide", "manage"},
		}},
		"interviewer": {person("lin", actor.Interviewer), map[State][]string{
			Scheduled:  {"respond", "enter", "start"},
			InProgress: {"respond", "enter", "end", "evaluate"},
			Ended:      {"enter", "evaluate"},
		}},
		"interviewer who has submitted": {person("mei", actor.Interviewer), map[State][]string{
			Scheduled:  {"respond", "enter", "start"},
			InProgress: {"respond", "enter", "end"},
			Ended:      {"enter"},
		}},
		"interviewer of the company only": {person("kai", actor.Interviewer), nil},
		"recruiter of another company":    {foreigner, nil},
	} {
		for _, state := range states {
			i := &Interview{
				CorpID: "corp", State: state, OrganizerID: "rosa", RoomKind: BuiltinRoom,
				Interviewers: []Interviewer{{UserID: "lin"}, {UserID: "mei", Scorecard: scorecard.Submitted}},
			}
			if got := (&Service{}).PermissionsOf(tc.actor, i).names(); !slices.Equal(got, tc.want[state]) {
				t.Errorf("%s, %s: %v, want %v", name, state, got, tc.want[state])
			}
		}
	}
}

func TestSightByRole(t *testing.T) {
	i := &Interview{CorpID: "corp", Interviewers: []Interviewer{{UserID: "lin"}, {UserID: "mei", Scorecard: scorecard.Submitted}}}
	for name, tc := range map[string]struct {
		actor                    actor.Actor
		contacts, events, result bool
	}{
		"recruiter":                     {actor.ForMember("corp", "rosa", actor.Recruiter), true, true, true},
		"administrator":                 {actor.ForMember("corp", "adam", actor.Administrator), true, true, true},
		"interviewer":                   {actor.ForInterviewer("corp", "lin"), false, false, false},
		"interviewer who has submitted": {actor.ForInterviewer("corp", "mei"), false, false, true},
	} {
		got := []bool{tc.actor.May(actor.ReadContacts), tc.actor.May(actor.ReadEvents), MayViewResult(tc.actor, i)}
		if want := []bool{tc.contacts, tc.events, tc.result}; !slices.Equal(got, want) {
			t.Errorf("%s: contacts, events, result %v, want %v", name, got, want)
		}
	}
}
