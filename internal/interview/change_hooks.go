package interview

import (
	"context"

	"github.com/huimian/huimian/internal/actor"
	"github.com/huimian/huimian/internal/db"
	"github.com/huimian/huimian/internal/member"
)

// changeHooks calls hooks with the interview as the transaction of a change has stored
// it. people are its members, read before the transaction, which may not use another
// connection. A member added by another change in between has the userid as name.
type changeHooks struct {
	hooks  []db.BeforeCommit[*Interview]
	people map[string]member.Member
}

// readPeople reads the members of a stored interview that the actor may see.
func (h *changeHooks) readPeople(ctx context.Context, s *Service, a actor.Actor, id string) error {
	if len(h.hooks) == 0 {
		return nil
	}
	i, err := s.getVisible(ctx, s.DB.DB, a, id)
	if err != nil {
		return err
	}
	h.people, err = s.Members(ctx, a.CorpID, i.memberIDs())
	return err
}

func (h *changeHooks) run(ctx context.Context, tx *db.Tx, s *Service, corpID, id string) error {
	if len(h.hooks) == 0 {
		return nil
	}
	i, err := s.readInterview(ctx, tx, corpID, id)
	if err != nil {
		return err
	}
	i.fillNames(member.NameFrom(h.people))
	return db.RunBeforeCommit(ctx, tx, h.hooks, i)
}

// withToken converts hooks of a creation, whose token is set by then.
func withToken(token *string, hooks []db.BeforeCommit[Created]) []db.BeforeCommit[*Interview] {
	var out []db.BeforeCommit[*Interview]
	for _, hook := range hooks {
		out = append(out, func(ctx context.Context, tx *db.Tx, i *Interview) error { return hook(ctx, tx, Created{i, *token}) })
	}
	return out
}
