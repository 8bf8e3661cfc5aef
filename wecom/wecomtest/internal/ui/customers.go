package ui

import (
	"context"
	"net/http"

	"github.com/huimian/huimian/wecom/wecomtest/model"
)

// What external contacts do, for tests that are not written in Go. The browser's
// client is that of members and has no page for them.

type customerID struct {
	ID string `json:"externalUserId"`
}

func (s *Service) addCustomer(ctx context.Context, in model.Customer) (any, error) {
	id, err := s.Customers.AddCustomer(ctx, in)
	if err != nil {
		return nil, err
	}
	return customerID{id}, nil
}

func (s *Service) listCustomerMessages(r *http.Request) (any, error) {
	return orEmpty(s.Customers.CustomerMessages(r.URL.Query().Get("corpId"), r.URL.Query().Get("id"))), nil
}

// removeCustomer removes an external contact from a member's contacts.
func (s *Service) removeCustomer(ctx context.Context, in struct {
	CorpID     string `json:"corpId"`
	UserID     string `json:"userId"`
	ID         string `json:"externalUserId"`
	ByCustomer bool   `json:"byCustomer"`
}) (any, error) {
	return nil, s.Customers.RemoveCustomer(ctx, in.CorpID, in.UserID, in.ID, in.ByCustomer)
}

// linkRequest is an external contact who opens a link.
type linkRequest struct {
	model.Customer
	Link string `json:"link"`
}

func (s *Service) addKFAccount(_ context.Context, in struct {
	CorpID string `json:"corpId"`
	Name   string `json:"name"`
}) (any, error) {
	id, err := s.Customers.AddKFAccount(in.CorpID, in.Name)
	if err != nil {
		return nil, err
	}
	return struct {
		ID string `json:"openKfId"`
	}{id}, nil
}

func (s *Service) enterKF(ctx context.Context, in linkRequest) (any, error) {
	id, err := s.Customers.EnterKF(ctx, in.Customer, in.Link)
	if err != nil {
		return nil, err
	}
	return customerID{id}, nil
}

// kfRef identifies the conversation of an external contact with a customer service account.
type kfRef struct {
	CorpID   string `json:"corpId"`
	ID       string `json:"externalUserId"`
	OpenKFID string `json:"openKfId"`
}

func (s *Service) sendKFText(ctx context.Context, in struct {
	kfRef
	Text   string `json:"text"`
	MenuID string `json:"menuId"`
}) (any, error) {
	return nil, s.Customers.SendKFText(ctx, in.CorpID, in.ID, in.OpenKFID, in.Text, in.MenuID)
}
