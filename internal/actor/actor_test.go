package actor

import (
	"slices"
	"testing"

	"github.com/huimian/huimian/internal/apperr"
)

func TestRoles(t *testing.T) {
	both := Administrator | Recruiter
	for _, tc := range []struct {
		has, asked Roles
		any, all   bool
	}{
		{both, Recruiter, true, true},
		{both, Recruiter | Interviewer, true, false},
		{both, Interviewer, false, false},
		{0, Administrator, false, false},
		{both, 0, false, true},
	} {
		if got := tc.has.HasAny(tc.asked); got != tc.any {
			t.Errorf("%v.HasAny(%v) = %v", tc.has.Names(), tc.asked.Names(), got)
		}
		if got := tc.has.HasAll(tc.asked); got != tc.all {
			t.Errorf("%v.HasAll(%v) = %v", tc.has.Names(), tc.asked.Names(), got)
		}
	}
}

func TestRoleNames(t *testing.T) {
	if got := (Interviewer | Administrator | FormerCoordinator).Names(); !slices.Equal(got, []string{"administrator", "interviewer"}) {
		t.Errorf("names %v", got)
	}
	if got := Roles(0).Names(); got == nil || len(got) != 0 {
		t.Errorf("names of no role %#v", got)
	}
	for _, name := range []string{"administrator", "recruiter", "coordinator", "interviewer", "auditor"} {
		if role, ok := ParseName(name); !ok || !slices.Equal(role.Names(), []string{name}) {
			t.Errorf("%s is parsed as %v, %v", name, role.Names(), ok)
		}
	}
	for _, name := range []string{"owner", "", "hiring_manager", "organizer", "participant"} {
		if _, ok := ParseName(name); ok {
			t.Errorf("%q can be assigned", name)
		}
	}
}

// Stored roles keep their numbers.
func TestStoredRoles(t *testing.T) {
	for n, role := range []Roles{Administrator, Recruiter, Interviewer, Coordinator, Auditor, FormerCoordinator} {
		if role != 1<<n {
			t.Errorf("role %d is stored as %d", n, role)
		}
	}
	relations := HiringManager | Organizer | Participant
	if a := ForMember("acme", "lin", relations|Interviewer); a.Roles != Interviewer {
		t.Errorf("a role in relation to an object is held in the whole company: %b", a.Roles)
	}
	forged := Actor{CorpID: "acme", UserID: "lin", Roles: relations}
	for _, act := range Acts() {
		if forged.May(act) {
			t.Errorf("a role in relation to an object has %s in the whole company", act.Name())
		}
	}
}

func TestEveryActIsInTheTable(t *testing.T) {
	names := map[string]bool{}
	for act := range actCount {
		if act.Name() == "" || names[act.Name()] || act.roles() == 0 {
			t.Errorf("act %d: name %q, roles %b", act, act.Name(), act.roles())
		}
		names[act.Name()] = true
	}
	if len(grants) != int(actCount) || actCount > 64 {
		t.Errorf("%d rows of %d acts", len(grants), actCount)
	}
	if unknown := actCount; unknown.AllowsAny(^Roles(0)) || System("acme").May(unknown) {
		t.Error("an act without a row is permitted")
	}
}

// The acts of a role in the whole company. Another act of a role is a decision: it is written
// here, in docs/roles.md and in the changelog.
func TestActsOfRoles(t *testing.T) {
	recruiter := []Act{
		ReadInterviews, ScheduleInterviews, EnterRooms, RunInterviews, ReadRecords, ReadScorecards, ManageScorecards, Decide, MailDecisions, ReadHistory,
		ReadCandidates, ReadContacts, EditCandidates, ReadFiles, EditFiles, ReadAccess, SendExams, ImportData, ReadPositions, EditPositions, NameHiringManagers,
		ReadAssigned, ReadQuestions, EditQuestions, ReadWorklist, ReadInsight, ManageCalibration, ReadCalibration, RateReplays, ReadMessages, ReadEvents, EditAvailability, ReadMailTemplates,
	}
	for _, tc := range []struct {
		role Roles
		want []Act
	}{
		{Administrator, Acts()},
		{Recruiter, recruiter},
		{Interviewer, []Act{ReadPositions, ReadAssigned, RateReplays}},
		{Coordinator, []Act{ReadInterviews, ScheduleInterviews, ReadCandidates, ReadContacts, ReadPositions, ReadAssigned, RateReplays}},
		{Auditor, []Act{ReadPositions, ReadAssigned, RateReplays, ReadCalibration, ReadMailTemplates, ReadSettings, ReadAudit, ReadTokens}},
		{FormerCoordinator, nil},
		{0, nil},
	} {
		for _, act := range Acts() {
			a := ForMember("acme", "lin", tc.role)
			want := slices.Contains(tc.want, act)
			if a.May(act) != want || (a.Require(act) == nil) != want {
				t.Errorf("%v: %s is %v", tc.role.Names(), act.Name(), a.May(act))
			}
			if err := a.Require(act); err != nil && apperr.KindOf(err) != apperr.Forbidden {
				t.Errorf("%v: %s: %v", tc.role.Names(), act.Name(), err)
			}
		}
	}
}

func TestActsByRelation(t *testing.T) {
	lin := ForInterviewer("acme", "lin")
	manager := lin.WithManaged(Managed{PositionIDs: []string{"p1"}})
	decider := lin.WithManaged(Managed{PositionIDs: []string{"p1"}, Decides: true})
	members := []Act{ReadPositions, ReadAssigned, RateReplays}
	hiring := []Act{ReadInterviews, ReadRecords, ReadScorecards, ReadCandidates, ReadFiles}
	organizing := []Act{ReadInterviews, EnterRooms, ReadRecords}
	for name, tc := range map[string]struct {
		a        Actor
		relation Roles
		want     []Act
	}{
		"none":                            {lin, 0, nil},
		"hiring manager":                  {manager, HiringManager, hiring},
		"hiring manager who may decide":   {decider, HiringManager, append(slices.Clone(hiring), Decide)},
		"organizer":                       {lin, Organizer, organizing},
		"coordinator as organizer":        {ForMember("acme", "kai", FormerCoordinator|Interviewer), Organizer, []Act{ReadInterviews}},
		"participant":                     {lin, Participant, []Act{ReadInterviews, EnterRooms, RunInterviews, ReadRecords, ReadScorecards, ReadFiles}},
		"role of the company as relation": {lin, Administrator, nil},
	} {
		for _, act := range Acts() {
			want := slices.Contains(tc.want, act) || slices.Contains(members, act)
			if got := tc.a.MayAs(act, tc.relation); got != want {
				t.Errorf("%s: %s is %v", name, act.Name(), got)
			}
			if tc.relation == HiringManager && !slices.Contains(members, act) && (len(tc.a.PositionsWith(act)) > 0) != want {
				t.Errorf("%s: positions with %s: %v", name, act.Name(), tc.a.PositionsWith(act))
			}
		}
	}
	if manager.Manages("") || manager.Manages("p2") || !manager.Manages("p1") || lin.Manages("p1") {
		t.Error("another position is managed")
	}
	if a := ForMember("acme", "kai", Coordinator|Interviewer); !a.MayAs(ReadRecords, Participant) || a.MayAs(ReadRecords, Organizer) {
		t.Error("a coordinator has what an organizer has, or lacks what an interviewer has")
	}
}

func TestWithAct(t *testing.T) {
	a := ForMember("acme", "rosa", Recruiter)
	if b := a.WithAct(ReadAudit); !b.May(ReadAudit) || b.May(EraseCandidates) || a.May(ReadAudit) {
		t.Error("another act than the given one")
	}
}

func TestSystem(t *testing.T) {
	a := System("acme")
	if a.CorpID != "acme" || a.UserID != "" || !a.Roles.HasAll(Administrator|Recruiter) {
		t.Errorf("system is %+v", a)
	}
}
