package app

import (
	"context"
	"testing"

	"github.com/huimian/huimian/internal/db"
	"github.com/huimian/huimian/internal/db/dbtest"
	"github.com/huimian/huimian/internal/searchtext"
)

// rowsWithoutSearchText insert a row of each table as versions before 0011 did.
var rowsWithoutSearchText = []string{
	`INSERT INTO corps (corp_id, name, time_zone, created_at) VALUES ('corp', 'corp', 'UTC', ?)`,
	`INSERT INTO members (corp_id, user_id, name, active, synced_at) VALUES ('corp', 'zgq', '曾国强', TRUE, ?)`,
	`INSERT INTO scorecard_templates (id, corp_id, template_key, title, criteria, created_at) VALUES ('t', 'corp', 't', '{}', '[]', ?)`,
	`INSERT INTO questions (id, corp_id, title, body, difficulty, tags, starter_code, interviewer_notes, created_by, created_at, updated_at)
		VALUES ('q', 'corp', 'Élite', '…', 'easy', '["R&D"]', '[]', '', '', ?0, ?0)`,
	`INSERT INTO positions (id, corp_id, title, department, level, headcount, description, state, question_ids, scorecard_template_id, created_by, created_at, updated_at)
		VALUES ('p', 'corp', 'Élite', '', '', 1, '', 'open', '[]', 't', '', ?0, ?0)`,
	`INSERT INTO candidates (id, corp_id, name, email, mobile, position_id, resume_url, source, note, language, created_by, created_at, updated_at)
		VALUES ('c', 'corp', 'Élodie', '', '', 'p', '', '', '', '', '', ?0, ?0)`,
	`INSERT INTO interviews (id, corp_id, title, round, state, position_id, candidate_id, starts_at, ends_at, time_zone, room_kind, room_url, organizer_id,
		question_ids, template_id, note, cancel_reason, decision, decision_comment, decided_by, version, schedule_version, created_at, updated_at)
		VALUES ('i', 'corp', 'Élite', 1, 'scheduled', 'p', 'c', ?0, ?0, 'UTC', 'builtin', '', 'zgq', '["q"]', 't', '', '', '', '', '', 1, 1, ?0, ?0)`,
}

func TestRebuildSearch(t *testing.T) {
	dbtest.Run(t, func(t *testing.T, d *db.DB) {
		err := d.InTx(t.Context(), func(ctx context.Context, tx *db.Tx) error {
			for _, row := range rowsWithoutSearchText {
				if _, err := tx.NewRaw(row, db.Now()).Exec(ctx); err != nil {
					return err
				}
			}
			return nil
		})
		if err != nil {
			t.Fatal(err)
		}
		if err := rebuildSearch(t.Context(), d); err != nil {
			t.Fatal(err)
		}
		for where, text := range map[string]string{
			"members WHERE search_text": "zeng", "questions WHERE search_text": "elite", "questions WHERE search_tags": "\nr&d\n",
			"positions WHERE search_text": "elite", "candidates WHERE search_text": "elodie", "candidates WHERE search_name": "elodie",
			"interviews WHERE search_text": "elite",
		} {
			var version int
			err := d.NewRaw("SELECT search_version FROM "+where+" LIKE ?", "%"+text+"%").Scan(t.Context(), &version)
			if err != nil || version != searchtext.Version {
				t.Errorf("%s like %q: version %d (%v)", where, text, version, err)
			}
		}
	})
}
