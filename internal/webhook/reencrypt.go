package webhook

import (
	"context"

	"github.com/huimian/huimian/internal/db"
	"github.com/huimian/huimian/internal/secretbox"
)

// ReencryptSecrets encrypts the stored secrets of all endpoints with the current key of
// the box.
func ReencryptSecrets(ctx context.Context, d *db.DB, box *secretbox.Box) (db.RewriteCounts, error) {
	var counts db.RewriteCounts
	for _, column := range []string{"secret", "old_secret"} {
		n, err := d.RewriteColumn(ctx, db.Column{Table: "webhook_endpoints", Name: column, Key: "id"}, box.Reencrypt)
		counts.Add(n)
		if err != nil {
			return counts, err
		}
	}
	return counts, nil
}
