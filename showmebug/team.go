package showmebug

import (
	"context"
	"encoding/base64"
	"encoding/json"
	"fmt"
	"net/http"
	"strconv"
)

// TeamService reads and changes the team of the client.
// See https://showmebug.com/help/openapi/api-team.html
type TeamService struct{ client *Client }

// MemberSearch selects the members that Me returns; the zero value selects all.
// Documented.
type MemberSearch struct {
	Email string // a part of an e-mail
	Phone string // a part of a phone number
	ID    int64  // of a member
}

// Team is the team of the client. Documented.
type Team struct {
	ID           int64    `json:"id"`
	Name         string   `json:"name"`
	Email        string   `json:"email"`
	Phone        string   `json:"phone"`
	LeftQuota    *int     `json:"left_quota"` // remaining sessions (剩余场次); nil when the response has none
	MembersCount int      `json:"members_count"`
	Members      []Member `json:"members"`

	Raw json.RawMessage `json:"-"` // the whole object
}

// Member is a member of the team. ID and Name are documented, the others are
// inferred from NewMember.
type Member struct {
	ID    int64  `json:"id"`  // user_id elsewhere
	UID   string `json:"uid"` // in the caller's system
	Name  string `json:"name"`
	Email string `json:"email"`
	Phone string `json:"phone"`
	Role  string `json:"team_role"`

	Raw json.RawMessage `json:"-"` // the whole object
}

// Me returns the team and the members that match search (获取团队信息). It changes
// nothing, so it can be used to test the connection. Documented.
// See https://showmebug.com/help/openapi/api-team.html
func (s *TeamService) Me(ctx context.Context, search MemberSearch) (*Team, error) {
	var f filters
	f.addText("email_search", search.Email)
	f.addText("phone_search", search.Phone)
	f.addNumber("ids_search", search.ID)
	var team Team
	op := call{method: http.MethodGet, path: "/open_api/v1/me", filters: f, readOnly: true}
	if err := s.client.do(ctx, op, &team); err != nil {
		return nil, err
	}
	if team.ID == 0 && team.Name == "" { // at a wrong base URL another server may respond
		return nil, responseError(op, "the response contains no team")
	}
	return &team, nil
}

// NewMember is the request of AddMember. UID, Name, and Email or Phone are
// required. Documented; the name of the field email is inferred, and the values of
// Role are unknown.
type NewMember struct {
	UID   string `json:"uid"` // in the caller's system, for instance a WeCom userid
	Name  string `json:"name"`
	Email string `json:"email,omitempty"`
	Phone string `json:"phone,omitempty"`
	Role  string `json:"team_role,omitempty"`

	Extra map[string]any `json:"-"` // further fields of the request
}

// AddMember creates a member (创建团队成员). Documented; the response is
// inferred: only Raw may be set.
// See https://showmebug.com/help/openapi/api-team.html
func (s *TeamService) AddMember(ctx context.Context, member NewMember) (*Member, error) {
	var v validator
	v.CheckRequired("uid", member.UID)
	v.CheckRequired("name", member.Name)
	v.requireContact("member", member.Email, member.Phone)
	if v.err() != nil {
		return nil, v.err()
	}
	var created Member
	op := call{method: http.MethodPost, path: "/open_api/v1/team_members", body: requestFields(member, member.Extra)}
	if err := s.client.do(ctx, op, &created); err != nil {
		return nil, err
	}
	return &created, nil
}

// QuotaTransfer is the request of TransferQuota. All fields are required. The
// source team must keep at least MinQuotaLeft sessions. Documented.
type QuotaTransfer struct {
	FromClientID     string // application key of the source team
	FromClientSecret Secret // its secret
	FromTeamID       int64
	Quota            int // number of sessions
}

// TransferQuota transfers sessions from another team (从其他团队划转场次) and
// returns ShowMeBug's message. It is not retried when no response arrives.
// Documented.
// See https://showmebug.com/help/openapi/api-team.html
func (s *TeamService) TransferQuota(ctx context.Context, transfer QuotaTransfer) (string, error) {
	var v validator
	v.CheckRequired("from_team_client_id", transfer.FromClientID)
	v.CheckRequired("from_team_token", string(transfer.FromClientSecret))
	v.requireID("from_team_id", transfer.FromTeamID)
	if transfer.Quota < 1 {
		v.Reject("quota", fmt.Sprintf("is %d, at least 1 is needed", transfer.Quota))
	}
	if v.err() != nil {
		return "", v.err()
	}
	token := applicationToken(transfer.FromClientID, transfer.FromClientSecret)
	body := map[string]any{
		"from_team_client_id": transfer.FromClientID,
		"from_team_token":     string(token),
		"from_team_id":        strconv.FormatInt(transfer.FromTeamID, 10), // all values are strings
		"quota":               strconv.Itoa(transfer.Quota),
	}
	var message string
	op := call{method: http.MethodPut, path: "/open_api/v1/transfer_team_bank", body: body,
		secrets: []Secret{transfer.FromClientSecret, token}}
	err := s.client.do(ctx, op, &message)
	return message, err
}

// applicationToken returns the credential that some calls require instead of an
// access token: key and secret joined by a colon, in base64 without line breaks.
func applicationToken(clientID string, secret Secret) Secret {
	return Secret(base64.StdEncoding.EncodeToString([]byte(clientID + ":" + string(secret))))
}
