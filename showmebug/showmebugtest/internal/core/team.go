package core

import (
	"github.com/huimian/huimian/showmebug/showmebugtest/model"
)

// DefaultQuota is the number of sessions of a team without a quota of its own.
const DefaultQuota = 1000

// FindTeam returns the team with an id, nil when there is none. Mu must be held.
func (s *Core) FindTeam(id int64) *TeamState {
	for _, t := range s.TeamStates {
		if t.ID == id {
			return t
		}
	}
	return nil
}

// FindPlatform returns the platform with a client id, nil when there is none. Mu must be held.
func (s *Core) FindPlatform(clientID string) *AppState {
	for _, a := range s.Platforms {
		if a.ClientID == clientID {
			return a
		}
	}
	return nil
}

// TeamByClientID returns the team whose own application has a client id, nil when there is none. Mu
// must be held.
func (s *Core) TeamByClientID(clientID string) *TeamState {
	for _, t := range s.TeamStates {
		if clientID != "" && t.ClientID == clientID {
			return t
		}
	}
	return nil
}

// FindMember returns the first member for which match returns true, nil when there is none.
func (t *TeamState) FindMember(fits func(*model.Member) bool) *model.Member {
	for i := range t.Members {
		if fits(&t.Members[i]) {
			return &t.Members[i]
		}
	}
	return nil
}

func (t *TeamState) memberByID(id int64) model.Member {
	if m := t.FindMember(func(m *model.Member) bool { return m.ID == id }); m != nil {
		return *m
	}
	return model.Member{}
}

// ExamByID returns the exam with an id, nil when there is none.
func (t *TeamState) ExamByID(id int64) *ExamState {
	for _, e := range t.Exams {
		if e.ID == id {
			return e
		}
	}
	return nil
}
