package room

import (
	"context"
	"fmt"
	"slices"

	"github.com/huimian/huimian/internal/room/participant"
)

// kindsAboutParticipants are the kinds of event whose subject is a participant.
var kindsAboutParticipants = []string{kindKnock, kindAdmit, kindTurnAway}

// withParticipantIDs returns the rows of a log with ids where it has persons.
func (s *store) withParticipantIDs(rows []EventRow) []EventRow {
	for i := range rows {
		rows[i].Actor = s.ids.Of(rows[i].Actor)
		if slices.Contains(kindsAboutParticipants, rows[i].Kind) {
			rows[i].Subject = s.ids.Of(rows[i].Subject)
		}
	}
	return rows
}

// readParticipantIDs returns the ids of a room's participants. The first load of a
// room on any replica stores the key.
func (s *store) readParticipantIDs(ctx context.Context, corpID, roomID, newKey string) (participant.IDs, error) {
	_, err := s.db.NewUpdate().Model((*roomRow)(nil)).Set("participant_key = ?", newKey).
		Where("id = ?", roomID).Where("corp_id = ?", corpID).Where("participant_key = ''").Exec(ctx)
	if err != nil {
		return participant.IDs{}, fmt.Errorf("storing the participant key of room %s: %w", roomID, err)
	}
	row, err := s.getRoom(ctx, corpID, roomID)
	if err != nil {
		return participant.IDs{}, err
	}
	return participant.New(row.ParticipantKey), nil
}
