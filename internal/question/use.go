package question

import (
	"context"
	"fmt"
	"time"

	"github.com/uptrace/bun"

	"github.com/huimian/huimian/internal/db"
)

// Use is the version of a question that the room of an interview has shown.
type Use struct {
	bun.BaseModel `bun:"table:question_uses,alias:qu"`

	InterviewID string    `bun:"interview_id,pk"`
	QuestionID  string    `bun:"question_id,pk"`
	CorpID      string    `bun:"corp_id"`
	Version     int       `bun:"version"`
	ShownAt     time.Time `bun:"shown_at"`

	Title string `bun:"title,scanonly"` // of the version
}

// RecordUse stores the version of a question that a room shows. Once an interview has
// used a version, it keeps it: RecordUse with another version is an error, after which the
// question must be read again.
func RecordUse(ctx context.Context, tx *db.Tx, u Use) error {
	stored, err := hasVersion(ctx, tx, u.QuestionID, u.Version)
	if err == nil && !stored {
		_, err = LockPresent(ctx, tx, u.CorpID, u.QuestionID)
	}
	if err != nil {
		return err
	}
	if _, err := tx.NewInsert().Model(&u).On("CONFLICT DO NOTHING").Exec(ctx); err != nil {
		return fmt.Errorf("storing the version of question %s in interview %s: %w", u.QuestionID, u.InterviewID, err)
	}
	var used int
	err = tx.NewSelect().Model((*Use)(nil)).Column("version").Where("interview_id = ? AND question_id = ?", u.InterviewID, u.QuestionID).Scan(ctx, &used)
	if err != nil {
		return fmt.Errorf("reading the version of question %s in interview %s: %w", u.QuestionID, u.InterviewID, err)
	}
	if used != u.Version {
		return fmt.Errorf("interview %s uses version %d of question %s and not version %d", u.InterviewID, used, u.QuestionID, u.Version)
	}
	return nil
}

// ListUses returns the versions that the interviews have used, in no particular order.
func ListUses(ctx context.Context, q bun.IDB, interviewIDs []string) ([]Use, error) {
	if len(interviewIDs) == 0 {
		return nil, nil
	}
	var list []Use
	err := q.NewSelect().Model(&list).ColumnExpr("qu.*, qv.title").
		Join("JOIN question_versions AS qv ON qv.question_id = qu.question_id AND qv.number = qu.version").
		Where("qu.interview_id IN (?)", bun.List(interviewIDs)).Scan(ctx)
	if err != nil {
		return nil, fmt.Errorf("reading the versions of questions in interviews: %w", err)
	}
	return list, nil
}

// SelectUsed replaces the content and the version of those questions that the interview has
// used.
func SelectUsed(ctx context.Context, q bun.IDB, corpID, interviewID string, list []Question) error {
	uses, err := ListUses(ctx, q, []string{interviewID})
	if err != nil {
		return err
	}
	for _, u := range uses {
		for n := range list {
			if list[n].ID != u.QuestionID || list[n].Version == u.Version {
				continue
			}
			v, err := readVersion(ctx, q, corpID, u.QuestionID, u.Version)
			if err != nil {
				return err
			}
			list[n].Content, list[n].Version = v.Content, v.Number
		}
	}
	return nil
}
