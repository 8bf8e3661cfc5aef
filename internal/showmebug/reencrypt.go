package showmebug

import (
	"context"

	"github.com/huimian/huimian/internal/db"
	"github.com/huimian/huimian/internal/secretbox"
)

// encryptedColumns are the encrypted columns of this package. The keys are the places
// for which the values are encrypted; see secretContext.
var encryptedColumns = []db.Column{
	{Table: "showmebug_accounts", Name: "secret", Key: "provider || '/' || corp_id || '/' || client_id"},
	{Table: "exam_sittings", Name: "url", Key: "id"},
}

// ReencryptSecrets encrypts the stored credentials and the URLs of written tests with the
// current key of the box.
func ReencryptSecrets(ctx context.Context, d *db.DB, box *secretbox.Box) (db.RewriteCounts, error) {
	var counts db.RewriteCounts
	for _, column := range encryptedColumns {
		n, err := d.RewriteColumn(ctx, column, box.Reencrypt)
		counts.Add(n)
		if err != nil {
			return counts, err
		}
	}
	return counts, nil
}
