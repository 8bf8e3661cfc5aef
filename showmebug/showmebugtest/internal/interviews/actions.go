package interviews

import (
	"context"
	"fmt"
	"slices"
	"time"

	"github.com/huimian/huimian/internal/simulator/webpage"
	"github.com/huimian/huimian/showmebug/showmebugtest/internal/core"
	"github.com/huimian/huimian/showmebug/showmebugtest/model"
)

// findInterview returns the interview with a uid. Mu must be held.
func (s *Service) findInterview(uid string) (*core.InterviewState, error) {
	if i := s.InterviewStates[uid]; i != nil {
		return i, nil
	}
	return nil, fmt.Errorf("interview %q: %w", uid, core.ErrNotFound)
}

// AddInterview implements the method of showmebugtest.Server.
func (s *Service) AddInterview(teamID int64, i model.Interview) (model.Interview, error) {
	s.Mu.Lock()
	defer s.Mu.Unlock()
	t := s.FindTeam(teamID)
	if t == nil {
		return model.Interview{}, fmt.Errorf("adding an interview to team %d: %w", teamID, core.ErrNotFound)
	}
	made := &core.InterviewState{Interview: i, Team: t, LastSeen: map[string]time.Time{}}
	made.Interviewers, made.Ratings = nil, slices.Clone(i.Ratings)
	s.addInterview(&core.Request{Team: t}, made)
	if i.Status != "" {
		made.Status = i.Status
	}
	if !i.CreatedAt.IsZero() {
		made.CreatedAt = i.CreatedAt
	}
	s.setInterviewers(made, slices.Clone(i.Interviewers))
	return made.CopyInterview(), nil
}

// Interviews implements the method of showmebugtest.Server.
func (s *Service) Interviews() []model.Interview {
	s.Mu.Lock()
	defer s.Mu.Unlock()
	return s.copyInterviews()
}

func (s *Service) copyInterviews() []model.Interview {
	out := []model.Interview{}
	for _, i := range s.SortedInterviews(nil) {
		out = append(out, i.CopyInterview())
	}
	return out
}

// Interview implements the method of showmebugtest.Server.
func (s *Service) Interview(uid string) (model.Interview, bool) {
	s.Mu.Lock()
	defer s.Mu.Unlock()
	i := s.InterviewStates[uid]
	if i == nil {
		return model.Interview{}, false
	}
	return i.CopyInterview(), true
}

// StartInterview implements the method of showmebugtest.Server.
func (s *Service) StartInterview(uid string) error {
	s.Mu.Lock()
	defer s.Mu.Unlock()
	i, err := s.findInterview(uid)
	if err != nil {
		return err
	}
	return s.Begin(i)
}

// Begin starts an interview. Mu must be held.
func (s *Service) Begin(i *core.InterviewState) error {
	switch i.Status {
	case model.InterviewEnded:
		return fmt.Errorf("starting interview %s: it has ended: %w", i.UID, core.ErrInvalidState)
	case model.InterviewOpened:
		i.Status, i.StartedAt = model.InterviewStarted, s.Timestamp()
		s.NotifyWaiters()
	}
	return nil
}

// RateInterview implements the method of showmebugtest.Server.
func (s *Service) RateInterview(uid, interviewerUID string, rate int, comment string) error {
	s.Mu.Lock()
	defer s.Mu.Unlock()
	i, err := s.findInterview(uid)
	if err != nil {
		return err
	}
	return s.AddRating(i, interviewerUID, rate, comment)
}

// AddRating adds or replaces the rating of an interviewer. Mu must be held.
func (s *Service) AddRating(i *core.InterviewState, interviewerUID string, rate int, comment string) error {
	if rate < 1 || rate > 5 {
		return fmt.Errorf("rating interview %s: %d is not from 1 to 5", i.UID, rate)
	}
	r := model.Rating{InterviewerUID: interviewerUID, Rate: rate, Comment: comment, Time: s.Timestamp()}
	if n := slices.IndexFunc(i.Interviewers, func(p model.Interviewer) bool { return p.UID == interviewerUID }); n >= 0 {
		r.Name = i.Interviewers[n].Name
	} else if interviewerUID != "" {
		return fmt.Errorf("rating interview %s as %q: %w", i.UID, interviewerUID, core.ErrNotFound)
	}
	i.Ratings = slices.Clone(i.Ratings)
	if n := RatingIndex(i, interviewerUID); n >= 0 {
		i.Ratings[n] = r
	} else {
		i.Ratings = append(i.Ratings, r)
	}
	s.NotifyWaiters()
	return nil
}

// EndInterview implements the method of showmebugtest.Server.
func (s *Service) EndInterview(uid string, rate int) error {
	list, err := s.rateAndEndInterview(uid, rate)
	if err != nil {
		return err
	}
	s.Webhooks.Deliver(list)
	return nil
}

func (s *Service) rateAndEndInterview(uid string, rate int) ([]*core.Delivery, error) {
	s.Mu.Lock()
	defer s.Mu.Unlock()
	i, err := s.findInterview(uid)
	if err != nil {
		return nil, err
	}
	if rate != 0 && i.Status != model.InterviewEnded {
		if err := s.AddRating(i, "", rate, ""); err != nil {
			return nil, err
		}
	}
	return s.Finish(i)
}

// Finish ends an interview and returns its event. Mu must be held.
func (s *Service) Finish(i *core.InterviewState) ([]*core.Delivery, error) {
	if i.Status == model.InterviewEnded {
		return nil, fmt.Errorf("ending interview %s: it has ended: %w", i.UID, core.ErrInvalidState)
	}
	i.EndedAt = s.Timestamp()
	if i.StartedAt.IsZero() {
		i.StartedAt = i.EndedAt
	}
	i.Status = model.InterviewEnded
	s.NotifyWaiters()
	payload := webpage.EncodeJSON(struct {
		UID  string `json:"uid"`
		Rate *int   `json:"rate"`
	}{i.UID, MeanRating(i)})
	return s.Webhooks.NewDeliveries(i.Team, i.ClientID, "interview_ended", payload), nil
}

// WaitInterview implements the method of showmebugtest.Server.
func (s *Service) WaitInterview(ctx context.Context, match func(model.Interview) bool) (model.Interview, error) {
	return core.WaitUntil(ctx, s.Core, "an interview", func() (model.Interview, bool) {
		list := s.copyInterviews()
		slices.Reverse(list)
		return core.FindNewest(list, match)
	})
}
