package operator

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"

	"github.com/huimian/huimian/internal/simulator/webpage"
	"github.com/huimian/huimian/wecom/wecomtest/internal/core"
	"github.com/huimian/huimian/wecom/wecomtest/model"
)

// maxCompanies is the maximum size of a company file in a request in bytes.
const maxCompanies = 16 << 20

// addCompanies adds the companies and suites of a company file.
func (s *Service) addCompanies(_ context.Context, file json.RawMessage) (any, error) {
	return nil, s.LoadCompanies(bytes.NewReader(file))
}

// hasCorp reports whether a company exists.
func (s *Service) hasCorp(corpID string) bool {
	s.Mu.Lock()
	defer s.Mu.Unlock()
	return s.CorpStates[corpID] != nil
}

// changeMember adds or changes a member. A field that is absent keeps its value.
func (s *Service) changeMember(ctx context.Context, body json.RawMessage) (any, error) {
	in, err := webpage.Merge(model.Member{}, body)
	if err != nil {
		return nil, err
	}
	if in.UserID == "" {
		return nil, errors.New("userId is missing")
	}
	s.Mu.Lock()
	if m := s.FindMember(in.CorpID, in.UserID); m != nil {
		in, err = webpage.Merge(m.Member, body)
	}
	s.Mu.Unlock()
	if err != nil {
		return nil, err
	}
	return nil, s.Contacts.ChangeMember(ctx, in)
}

func (s *Service) removeMember(ctx context.Context, in struct {
	CorpID string `json:"corpId"`
	UserID string `json:"userId"`
}) (any, error) {
	s.Mu.Lock()
	m := s.FindMember(in.CorpID, in.UserID)
	s.Mu.Unlock()
	if m == nil {
		return nil, core.ErrNotFound
	}
	return nil, s.Contacts.RemoveMember(ctx, in.CorpID, in.UserID)
}

// changeDepartment adds or changes a department. A field that is absent keeps its value.
func (s *Service) changeDepartment(ctx context.Context, body json.RawMessage) (any, error) {
	in, err := webpage.Merge(model.Department{}, body)
	if err != nil {
		return nil, err
	}
	if in.ID == 0 {
		return nil, errors.New("id is missing")
	}
	s.Mu.Lock()
	if c := s.CorpStates[in.CorpID]; c != nil && c.Departments[in.ID] != nil {
		in, err = webpage.Merge(*c.Departments[in.ID], body)
	}
	s.Mu.Unlock()
	if err != nil {
		return nil, err
	}
	return nil, s.Contacts.ChangeDepartment(ctx, in)
}

func (s *Service) removeDepartment(ctx context.Context, in struct {
	CorpID string `json:"corpId"`
	ID     int64  `json:"id"`
}) (any, error) {
	s.Mu.Lock()
	c := s.CorpStates[in.CorpID]
	known := c != nil && c.Departments[in.ID] != nil
	s.Mu.Unlock()
	if !known {
		return nil, core.ErrNotFound
	}
	return nil, s.Contacts.RemoveDepartment(ctx, in.CorpID, in.ID)
}

// putRobot adds or changes a group robot. A field that is absent keeps its value.
func (s *Service) putRobot(_ context.Context, body json.RawMessage) (any, error) {
	in, err := webpage.Merge(model.Robot{}, body)
	if err != nil {
		return nil, err
	}
	s.Mu.Lock()
	if b := s.Messaging.Robots[in.Key]; b != nil {
		in, err = webpage.Merge(b.Robot, body)
	}
	s.Mu.Unlock()
	switch {
	case err != nil:
		return nil, err
	case in.Key == "":
		return nil, errors.New("key is missing")
	case !s.hasCorp(in.CorpID):
		return nil, core.ErrNotFound
	}
	s.Messaging.AddRobot(in)
	return nil, nil
}

func (s *Service) addApprovalTemplate(_ context.Context, in model.ApprovalTemplate) (any, error) {
	switch {
	case in.ID == "":
		return nil, errors.New("id is missing")
	case !s.hasCorp(in.CorpID):
		return nil, core.ErrNotFound
	}
	s.Office.AddApprovalTemplate(in)
	return nil, nil
}

// saveCallback saves the callback of an application, or of the contact sync helper, after its address
// has been verified.
func (s *Service) saveCallback(ctx context.Context, in struct {
	agentRef
	model.Callback
}) (any, error) {
	if !s.hasCorp(in.CorpID) {
		return nil, fmt.Errorf("saving a callback: corp %q is unknown", in.CorpID)
	}
	return nil, s.Agents.SaveCallback(ctx, in.CorpID, in.AgentID, in.Callback)
}
