package transcript

import (
	"context"
	"fmt"

	"github.com/huimian/huimian/internal/db"
)

// CheckLogs verifies the sealed logs of a database: the signatures of their seals, and
// that each log has the rows that its last seal covers. It returns the number of logs and
// writes nothing. Logs that were deleted are left out.
func CheckLogs(ctx context.Context, d *db.DB) (checked int, err error) {
	s := &Service{Config{DB: d}}
	for last := ""; ; {
		var page []transcriptRow
		err := d.NewSelect().Model(&page).Where("room_id > ?", last).
			Where("room_id IN (?)", d.NewSelect().TableExpr("rooms").Column("id").Where("log_deleted_at IS NULL")).
			Order("room_id").Limit(checkPage).Scan(ctx)
		if err != nil {
			return checked, fmt.Errorf("reading the sealed logs: %w", err)
		}
		for _, row := range page {
			if err := s.checkLog(ctx, row); err != nil {
				return checked, fmt.Errorf("the log of room %s is not what was sealed: %w", row.RoomID, err)
			}
			checked++
			last = row.RoomID
		}
		if len(page) < checkPage {
			return checked, nil
		}
	}
}

// checkPage is the number of logs of which CheckLogs holds the rows of transcripts.
const checkPage = 100

func (s *Service) checkLog(ctx context.Context, row transcriptRow) error {
	log, err := openLog(ctx, s.DB, row.CorpID, row.RoomID)
	if err != nil {
		return err
	}
	sealed := &sealedLog{log: log, secret: row.Secret}
	if sealed.seals, sealed.last, err = s.readSeals(ctx, row.RoomID); err != nil {
		return err
	}
	_, err = s.summarizeLog(ctx, sealed)
	return err
}
