package cli

import (
	"context"

	"github.com/huimian/huimian/wecom"
)

type externalCommands struct {
	Members externalMembers `cmd:"" help:"Members who may have external contacts."`
	List    externalList    `cmd:"" help:"External contacts of a member."`
	Get     externalGet     `cmd:"" help:"One external contact."`
}

type externalMembers struct{}

func (*externalMembers) Run(ctx context.Context, s *session) error {
	return callAndPrint(s, func(w *wecom.Client) ([]string, error) { return w.ExternalContacts.ListFollowUsers(ctx) }, singleColumnTable)
}

type externalList struct {
	UserID string `arg:"" name:"userid"`
}

func (c *externalList) Run(ctx context.Context, s *session) error {
	return callAndPrint(s, func(w *wecom.Client) ([]string, error) { return w.ExternalContacts.List(ctx, c.UserID) }, singleColumnTable)
}

type externalGet struct {
	ID     string `arg:"" name:"external-userid"`
	Cursor string `help:"Cursor of the next page, for contacts of many members."`
}

func (c *externalGet) Run(ctx context.Context, s *session) error {
	type view struct {
		*wecom.ExternalContact
		Next string `json:"next_cursor,omitempty"`
	}
	return callAndPrint(s, func(w *wecom.Client) (view, error) {
		contact, next, err := w.ExternalContacts.Get(ctx, c.ID, c.Cursor)
		return view{contact, next}, err
	}, func(v view) table {
		return keyValueTable("external_userid", v.ExternalUserID, "name", v.Name, "company", v.CorpName, "position", v.Position, "next cursor", v.Next)
	})
}
