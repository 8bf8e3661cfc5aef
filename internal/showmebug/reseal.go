package showmebug

import (
	"context"

	"github.com/huimian/huimian/internal/db"
	"github.com/huimian/huimian/internal/secretbox"
)

// sealedColumns are the encrypted columns of this package. The keys are the places
// for which the values are sealed; see secretContext.
var sealedColumns = []db.Column{
	{Table: "showmebug_accounts", Name: "secret", Key: "provider || '/' || corp_id || '/' || client_id"},
	{Table: "exam_sittings", Name: "url", Key: "id"},
}

// ResealSecrets encrypts the stored credentials and the URLs of written tests with the
// current key of the box.
func ResealSecrets(ctx context.Context, d *db.DB, box *secretbox.Box) (db.RewriteCounts, error) {
	var counts db.RewriteCounts
	for _, column := range sealedColumns {
		n, err := d.RewriteColumn(ctx, column, box.Reseal)
		counts.Add(n)
		if err != nil {
			return counts, err
		}
	}
	return counts, nil
}
