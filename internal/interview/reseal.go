package interview

import (
	"context"

	"github.com/huimian/huimian/internal/db"
	"github.com/huimian/huimian/internal/secretbox"
)

// ResealJoinURLs encrypts the stored join URLs of all rooms with the current key of
// the box.
func ResealJoinURLs(ctx context.Context, d *db.DB, box *secretbox.Box) (db.RewriteCounts, error) {
	return d.RewriteColumn(ctx, db.Column{Table: "interview_rooms", Name: "join_urls", Key: "id"}, box.Reseal)
}
