package teams

import (
	"slices"

	"github.com/huimian/huimian/showmebug/showmebugtest/internal/core"
	"github.com/huimian/huimian/showmebug/showmebugtest/model"
)

// AddTeam implements the method of showmebugtest.Server.
func (s *Service) AddTeam(t model.Team) int64 {
	s.Mu.Lock()
	defer s.Mu.Unlock()
	if t.ID == 0 {
		t.ID = s.NextID()
	}
	if t.Quota == 0 {
		t.Quota = core.DefaultQuota
	}
	t.Members = slices.Clone(t.Members)
	for i := range t.Members {
		s.assignMemberID(&t.Members[i])
	}
	s.NotifyWaiters()
	if old := s.FindTeam(t.ID); old != nil {
		old.Team = t
		return t.ID
	}
	s.TeamStates = append(s.TeamStates, &core.TeamState{Team: t})
	return t.ID
}

func (s *Service) assignMemberID(m *model.Member) {
	if m.ID == 0 {
		m.ID = s.NextID()
	}
}

// Teams implements the method of showmebugtest.Server.
func (s *Service) Teams() []model.Team {
	s.Mu.Lock()
	defer s.Mu.Unlock()
	var out []model.Team
	for _, t := range s.TeamStates {
		shown := t.Team
		shown.ClientSecret, shown.Members = "", slices.Clone(t.Members)
		out = append(out, shown)
	}
	return out
}

// SetQuota implements the method of showmebugtest.Server.
func (s *Service) SetQuota(teamID int64, left int) {
	s.Mu.Lock()
	defer s.Mu.Unlock()
	if t := s.FindTeam(teamID); t != nil {
		t.Quota = left
		s.NotifyWaiters()
	}
}

// AddPlatform implements the method of showmebugtest.Server.
func (s *Service) AddPlatform(p model.Platform) {
	s.Mu.Lock()
	defer s.Mu.Unlock()
	s.NotifyWaiters()
	if a := s.FindPlatform(p.ClientID); a != nil {
		a.Platform = p
		return
	}
	s.Platforms = append(s.Platforms, &core.AppState{Platform: p})
}
