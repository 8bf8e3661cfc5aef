package wecomtest

import (
	"context"
	"net/http"
)

// What people outside do, for tests that are not written in Go. The browser's
// client is that of members and has no page for them.

type customerID struct {
	ID string `json:"externalUserId"`
}

func (s *Server) faceAddCustomer(r *http.Request) (any, error) {
	var in Customer
	if err := readJSON(r, &in); err != nil {
		return nil, err
	}
	id, err := s.AddCustomer(context.WithoutCancel(r.Context()), in)
	if err != nil {
		return nil, err
	}
	return customerID{id}, nil
}

func (s *Server) faceCustomerMessages(r *http.Request) (any, error) {
	list := s.CustomerMessages(r.URL.Query().Get("corp"), r.URL.Query().Get("id"))
	if list == nil {
		list = []CustomerMessage{}
	}
	return list, nil
}

func (s *Server) faceEnterKF(r *http.Request) (any, error) {
	var in struct {
		Customer
		Link string `json:"link"`
	}
	if err := readJSON(r, &in); err != nil {
		return nil, err
	}
	id, err := s.EnterKF(context.WithoutCancel(r.Context()), in.Customer, in.Link)
	if err != nil {
		return nil, err
	}
	return customerID{id}, nil
}

func (s *Server) faceSayKF(r *http.Request) (any, error) {
	var in struct {
		CorpID   string `json:"corpId"`
		ID       string `json:"externalUserId"`
		OpenKFID string `json:"openKfId"`
		Text     string `json:"text"`
		MenuID   string `json:"menuId"`
	}
	if err := readJSON(r, &in); err != nil {
		return nil, err
	}
	if err := s.SendKFText(context.WithoutCancel(r.Context()), in.CorpID, in.ID, in.OpenKFID, in.Text, in.MenuID); err != nil {
		return nil, err
	}
	return struct{}{}, nil
}
