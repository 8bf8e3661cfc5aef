package showmebugtest

import (
	"crypto/subtle"
	"slices"
	"strings"
	"time"
)

// defaultQuota is what a team without a figure of its own has.
const defaultQuota = 1000

// AddTeam adds a team, or replaces the one with the same id, and returns its id.
func (s *Server) AddTeam(t Team) int64 {
	s.init()
	s.mu.Lock()
	defer s.mu.Unlock()
	if t.ID == 0 {
		t.ID = s.nextID()
	}
	if t.Quota == 0 {
		t.Quota = defaultQuota
	}
	t.Members = slices.Clone(t.Members)
	for i := range t.Members {
		s.numberMember(&t.Members[i])
	}
	s.notifyWaiters()
	if old := s.findTeam(t.ID); old != nil {
		old.Team = t
		return t.ID
	}
	s.teams = append(s.teams, &teamState{Team: t})
	return t.ID
}

func (s *Server) numberMember(m *Member) {
	if m.ID == 0 {
		m.ID = s.nextID()
	}
}

// Teams lists the teams, without their secrets, in the order in which they were
// added.
func (s *Server) Teams() []Team {
	s.init()
	s.mu.Lock()
	defer s.mu.Unlock()
	var out []Team
	for _, t := range s.teams {
		shown := t.Team
		shown.ClientSecret, shown.Members = "", slices.Clone(t.Members)
		out = append(out, shown)
	}
	return out
}

// SetQuota sets how many sessions a team has left; 0 is none.
func (s *Server) SetQuota(teamID int64, left int) {
	s.init()
	s.mu.Lock()
	defer s.mu.Unlock()
	if t := s.findTeam(teamID); t != nil {
		t.Quota = left
		s.notifyWaiters()
	}
}

// AddPlatform adds a service platform, or replaces the one with the same client
// id. Teams let it act for them on the consent page, or by Authorize.
func (s *Server) AddPlatform(p Platform) {
	s.init()
	s.mu.Lock()
	defer s.mu.Unlock()
	s.notifyWaiters()
	if a := s.findPlatform(p.ClientID); a != nil {
		a.Platform = p
		return
	}
	s.apps = append(s.apps, &appState{p})
}

// AddExam adds an exam to a team and returns its id, or 0 when there is no such
// team. Its questions are given ids and 10 points each unless they have their own.
func (s *Server) AddExam(teamID int64, e Exam) int64 {
	s.init()
	s.mu.Lock()
	defer s.mu.Unlock()
	t := s.findTeam(teamID)
	if t == nil {
		return 0
	}
	if e.ID == 0 {
		e.ID = s.nextID()
	}
	e.Questions = slices.Clone(e.Questions)
	for i := range e.Questions {
		s.completeQuestion(&e.Questions[i], Member{Name: e.CreatorName})
	}
	t.exams = append(t.exams, &examState{Exam: e, team: t})
	s.notifyWaiters()
	return e.ID
}

// completeQuestion fills in what a question needs and was not given.
func (s *Server) completeQuestion(q *Question, by Member) {
	if q.ID == 0 {
		q.ID = s.nextID()
	}
	if q.QuestionType == "" {
		q.QuestionType = "essay"
	}
	if q.SuggestedScore == 0 {
		q.SuggestedScore = 10
	}
	if q.ContentJSON == nil {
		q.ContentJSON = map[string]any{}
	}
	if q.CreatorName == "" {
		q.CreatorID, q.CreatorName = by.ID, by.Name
	}
	if q.CreatedAt.IsZero() {
		q.CreatedAt = s.currentTime().UTC().Truncate(time.Millisecond)
		q.UpdatedAt = q.CreatedAt
	}
}

func (s *Server) findTeam(id int64) *teamState {
	for _, t := range s.teams {
		if t.ID == id {
			return t
		}
	}
	return nil
}

func (s *Server) findPlatform(clientID string) *appState {
	for _, a := range s.apps {
		if a.ClientID == clientID {
			return a
		}
	}
	return nil
}

// teamByClientID finds the team whose own application this is.
func (s *Server) teamByClientID(clientID string) *teamState {
	for _, t := range s.teams {
		if clientID != "" && t.ClientID == clientID {
			return t
		}
	}
	return nil
}

func equalConstantTime(a, b string) bool {
	return subtle.ConstantTimeCompare([]byte(a), []byte(b)) == 1
}

// findMember finds a member that fits; nil when none does.
func (t *teamState) findMember(fits func(*Member) bool) *Member {
	for i := range t.Members {
		if fits(&t.Members[i]) {
			return &t.Members[i]
		}
	}
	return nil
}

func (t *teamState) memberByID(id int64) Member {
	if m := t.findMember(func(m *Member) bool { return m.ID == id }); m != nil {
		return *m
	}
	return Member{}
}

func (t *teamState) examByID(id int64) *examState {
	for _, e := range t.exams {
		if e.ID == id {
			return e
		}
	}
	return nil
}

func containsFold(text, part string) bool {
	return strings.Contains(strings.ToLower(text), strings.ToLower(part))
}
