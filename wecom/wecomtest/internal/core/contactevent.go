package core

import (
	"context"
	"errors"
)

// DeliverAll delivers callbacks one after another and joins their errors.
func (s *Core) DeliverAll(ctx context.Context, list []*PendingCallback) error {
	var errs []error
	for _, o := range list {
		errs = append(errs, s.DeliverCallback(ctx, o))
	}
	return errors.Join(errs...)
}
