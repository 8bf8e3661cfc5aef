package core

import (
	"github.com/huimian/huimian/internal/simulator/bounded"
	"github.com/huimian/huimian/wecom/wecomtest/model"
)

// copiesPerMessage is the average number of copies per message that Limits.Messages allows.
const copiesPerMessage = 20

func limitsWithDefaults(l model.Limits) model.Limits {
	for _, f := range []struct {
		field *int
		value int
	}{
		{&l.Messages, 20000}, {&l.Chat, 2000}, {&l.Codes, bounded.DefaultCacheLimit}, {&l.Records, 10000},
		{&l.MediaBytes, 128 * Megabyte}, {&l.TextBytes, 64 * Megabyte},
	} {
		if *f.field <= 0 {
			*f.field = f.value
		}
	}
	return l
}
