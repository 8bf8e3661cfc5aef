package cli

import (
	"context"
	"time"

	"github.com/huimian/huimian/internal/app"
	"github.com/huimian/huimian/internal/signing"
)

// Keys is the command "keys". It works on the database of an installation, with the
// settings of the server.
type Keys struct {
	List   keysList   `cmd:"" help:"The keys that sign the logs of interviews, newest first."`
	Rotate keysRotate `cmd:"" help:"Retire the current key and create another. Signatures of retired keys remain valid."`
}

type keysList struct{ adminFlags }

func (c *keysList) Run(ctx context.Context, s *session) error {
	keys, err := app.ListSigningKeys(ctx, c.Config)
	if err != nil {
		return err
	}
	return s.printResult(keys, keyTable(keys))
}

type keysRotate struct{ adminFlags }

func (c *keysRotate) Run(ctx context.Context, s *session) error {
	key, err := app.RotateSigningKey(ctx, c.Config)
	if err != nil {
		return err
	}
	return s.printResult(key, keyTable([]signing.Key{key}))
}

func keyTable(keys []signing.Key) table {
	t := table{head: []string{"ID", "CREATED", "RETIRED"}}
	for _, k := range keys {
		retired := ""
		if !k.RetiredAt.IsZero() {
			retired = k.RetiredAt.Format(time.RFC3339)
		}
		t.rows = append(t.rows, []string{k.ID, k.CreatedAt.Format(time.RFC3339), retired})
	}
	return t
}
