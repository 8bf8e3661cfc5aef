package message

import (
	"context"
	"fmt"
	"time"

	"github.com/huimian/huimian/internal/db"
)

// quotas limit the messages to one member below the limits of WeCom, which
// drops the surplus without an error: 30 a minute and 1,000 an hour from one
// application (https://developer.work.weixin.qq.com/document/path/90312). The
// rest is left to replies and to the messages of the command line.
var quotas = []quota{{time.Minute, 25}, {time.Hour, 900}}

type quota struct {
	period time.Duration
	count  int64
}

// quotaWait returns how long a message or a notice must wait until its recipient may
// receive it, 0 for not at all. It holds a lock on the recipient until the transaction ends,
// so that messages to one member are counted one by one.
func (s *Service) quotaWait(ctx context.Context, tx *db.Tx, corpID, recipient, id string) (time.Duration, error) {
	if err := tx.LockNames(ctx, []string{"message_quota/" + corpID + "/" + recipient}); err != nil {
		return 0, err
	}
	now, wait := s.now(), time.Duration(0)
	for _, q := range quotas {
		var oldest []time.Time
		err := tx.NewRaw(`SELECT attempted_at FROM (
				SELECT m.attempted_at FROM messages AS m
				WHERE m.corp_id = ?0 AND m.recipient = ?1 AND m.attempted_at > ?2 AND m.id <> ?3 AND m.channel = ?4
				UNION ALL SELECT mn.attempted_at FROM message_notices AS mn
				WHERE mn.corp_id = ?0 AND mn.recipient = ?1 AND mn.attempted_at > ?2 AND mn.id <> ?3
			) AS attempts ORDER BY attempted_at DESC LIMIT 1 OFFSET ?5`,
			corpID, recipient, db.Time(now.Add(-q.period)), id, WeCom, q.count-1).Scan(ctx, &oldest)
		if err != nil {
			return 0, fmt.Errorf("counting the messages to a member: %w", err)
		}
		for _, at := range oldest {
			wait = max(wait, at.Add(q.period).Sub(now))
		}
	}
	return wait, nil
}
