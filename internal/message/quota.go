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

// quotaWait returns how long a message must wait until its recipient may
// receive it, 0 for not at all. It holds a lock on the recipient until the
// transaction ends, so that messages to one member are counted one by one.
func (s *Service) quotaWait(ctx context.Context, tx *db.Tx, m *Message) (time.Duration, error) {
	if m.Channel != WeCom {
		return 0, nil
	}
	if err := tx.LockNames(ctx, []string{"message_quota/" + m.CorpID + "/" + m.Recipient}); err != nil {
		return 0, err
	}
	now, wait := s.now(), time.Duration(0)
	for _, q := range quotas {
		var oldest []time.Time
		err := tx.NewSelect().Model((*Message)(nil)).Column("m.attempted_at").
			Where("m.corp_id = ? AND m.recipient = ? AND m.attempted_at > ?", m.CorpID, m.Recipient, db.Time(now.Add(-q.period))).
			Where("m.channel = ? AND m.id <> ?", WeCom, m.ID).
			OrderExpr("m.attempted_at DESC").Offset(q.count-1).Limit(1).Scan(ctx, &oldest)
		if err != nil {
			return 0, fmt.Errorf("counting the messages to a member: %w", err)
		}
		for _, at := range oldest {
			wait = max(wait, at.Add(q.period).Sub(now))
		}
	}
	return wait, nil
}
