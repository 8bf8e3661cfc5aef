package core

import (
	"slices"
	"time"

	"github.com/huimian/huimian/internal/simulator/bounded"
	"github.com/huimian/huimian/wecom/wecomtest/model"
)

// externalState holds the external contacts, contact ways and customer service accounts of a
// company. Its maps are created on first use.
type externalState struct {
	Customers    map[string]*CustomerState
	ContactWays  map[string]*ContactWay
	WelcomeCodes bounded.Cache[string, *WelcomeCode]
	KFAccounts   map[string]*KFAccount

	CustomerOrder, ContactWayOrder bounded.Queue[string]
}

// CustomerState is a person outside a company with their contacts and
// messages.
type CustomerState struct {
	model.Customer
	Followers []*Follower
	Inbox     bounded.Queue[model.CustomerMessage]
}

// Follower is a member who has added an external contact.
type Follower struct {
	UserID     string // in the member's own spelling
	AddWay     int
	State      string
	FollowedAt time.Time
	Remark     customerRemark
}

// WelcomeCode permits one welcome message. The codes of several applications for the same event
// share welcomeState: the first to send wins.
type WelcomeCode struct {
	App      *AppState
	Customer *CustomerState
	From     string
	Expires  time.Time
	Welcome  *WelcomeState
}

// WelcomeState is the state of a welcome_code.
type WelcomeState struct{ Sent bool }

// FindFollower returns the contact with a member, nil when there is none.
func (p *CustomerState) FindFollower(userID string) *Follower {
	i := slices.IndexFunc(p.Followers, func(f *Follower) bool { return FoldUserID(f.UserID) == FoldUserID(userID) })
	if i < 0 {
		return nil
	}
	return p.Followers[i]
}
