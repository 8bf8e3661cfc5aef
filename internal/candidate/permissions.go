package candidate

import (
	"context"
	"fmt"
	"slices"

	"github.com/uptrace/bun"
	"github.com/uptrace/bun/schema"

	"github.com/huimian/huimian/internal/actor"
	"github.com/huimian/huimian/internal/apperr"
)

// requireRead returns a Forbidden error for an actor who reads no candidate at all.
func requireRead(a actor.Actor) error {
	return apperr.ForbiddenUnless(a.May(actor.ReadCandidates) || len(a.PositionsWith(actor.ReadCandidates)) > 0)
}

// RequireFor returns NotFound unless the actor has the act on the candidate: in the whole company,
// or as hiring manager of a position of the candidate.
func RequireFor(ctx context.Context, q bun.IDB, a actor.Actor, act actor.Act, id string) error {
	relation, err := readRelation(ctx, q, a, id)
	if err == nil && !a.MayAs(act, relation) {
		err = apperr.NewNotFound()
	}
	return err
}

// readRelation returns the roles of the actor in relation to a candidate.
func readRelation(ctx context.Context, q bun.IDB, a actor.Actor, id string) (actor.Roles, error) {
	if len(a.PositionsWith(actor.ReadCandidates)) == 0 {
		return 0, nil
	}
	positions, err := PositionsOf(ctx, q, a.CorpID, id)
	return RolesFor(a, positions), err
}

// RolesFor returns the roles of the actor in relation to a candidate of the positions.
func RolesFor(a actor.Actor, positionIDs []string) actor.Roles {
	if slices.ContainsFunc(positionIDs, a.Manages) {
		return actor.HiringManager
	}
	return 0
}

// PositionsOf returns the ids of the positions of a candidate: the one that the candidate is
// considered for, and those of all interviews.
func PositionsOf(ctx context.Context, q bun.IDB, corpID, id string) ([]string, error) {
	var ids []string
	err := q.NewRaw(`SELECT c.position_id FROM candidates AS c WHERE c.corp_id = ?0 AND c.id = ?1 AND c.position_id IS NOT NULL
		UNION SELECT i.position_id FROM interviews AS i WHERE i.corp_id = ?0 AND i.candidate_id = ?1`, corpID, id).Scan(ctx, &ids)
	if err != nil {
		return nil, fmt.Errorf("reading the positions of candidate %s: %w", id, err)
	}
	return ids, nil
}

// managedCandidates is the condition that PositionsOf a candidate c has a position of which the
// actor is hiring manager.
func managedCandidates(a actor.Actor) schema.QueryAppender {
	positions := bun.List(a.PositionsWith(actor.ReadCandidates))
	return bun.SafeQuery("(c.position_id IN (?0) OR c.id IN (SELECT i.candidate_id FROM interviews AS i WHERE i.corp_id = ?1 AND i.position_id IN (?0)))", positions, a.CorpID)
}

// searchColumn returns the column in which the actor finds candidates.
func searchColumn(a actor.Actor) string {
	if a.May(actor.ReadContacts) {
		return "c.search_text"
	}
	return "c.search_name"
}

// redactUnreadable clears what the actor, who has the roles in relation to the candidate, may not read.
func (c *Candidate) redactUnreadable(a actor.Actor, relation actor.Roles) {
	if !a.MayAs(actor.ReadContacts, relation) {
		c.Email, c.Mobile = "", ""
	}
	if !a.MayAs(actor.ReadFiles, relation) {
		c.ResumeURL, c.Note = "", ""
	}
}
