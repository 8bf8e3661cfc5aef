package ui

import (
	"context"
	"net/http"

	"github.com/huimian/huimian/internal/simulator/webpage"
	"github.com/huimian/huimian/wecom/wecomtest/model"
)

// What people outside do, for tests that are not written in Go. The browser's
// client is that of members and has no page for them.

type customerID struct {
	ID string `json:"externalUserId"`
}

func (s *Service) addCustomer(r *http.Request) (any, error) {
	var in model.Customer
	if err := webpage.ReadJSON(r, &in); err != nil {
		return nil, err
	}
	id, err := s.Customers.AddCustomer(context.WithoutCancel(r.Context()), in)
	if err != nil {
		return nil, err
	}
	return customerID{id}, nil
}

func (s *Service) listCustomerMessages(r *http.Request) (any, error) {
	list := s.Customers.CustomerMessages(r.URL.Query().Get("corp"), r.URL.Query().Get("id"))
	if list == nil {
		list = []model.CustomerMessage{}
	}
	return list, nil
}

func (s *Service) enterKF(r *http.Request) (any, error) {
	var in struct {
		model.Customer
		Link string `json:"link"`
	}
	if err := webpage.ReadJSON(r, &in); err != nil {
		return nil, err
	}
	id, err := s.Customers.EnterKF(context.WithoutCancel(r.Context()), in.Customer, in.Link)
	if err != nil {
		return nil, err
	}
	return customerID{id}, nil
}

func (s *Service) sendKFText(r *http.Request) (any, error) {
	var in struct {
		CorpID   string `json:"corpId"`
		ID       string `json:"externalUserId"`
		OpenKFID string `json:"openKfId"`
		Text     string `json:"text"`
		MenuID   string `json:"menuId"`
	}
	if err := webpage.ReadJSON(r, &in); err != nil {
		return nil, err
	}
	if err := s.Customers.SendKFText(context.WithoutCancel(r.Context()), in.CorpID, in.ID, in.OpenKFID, in.Text, in.MenuID); err != nil {
		return nil, err
	}
	return struct{}{}, nil
}
