package db

import (
	"context"
	"errors"
	"fmt"
)

// ForEachCompany calls fn with the id of each company and returns the errors of all calls. An
// error in one company does not keep the others.
func (d *DB) ForEachCompany(ctx context.Context, fn func(ctx context.Context, corpID string) error) error {
	var corps []string
	if err := d.NewSelect().TableExpr("corps").Column("corp_id").Order("corp_id").Scan(ctx, &corps); err != nil {
		return fmt.Errorf("listing the companies: %w", err)
	}
	var errs []error
	for _, corpID := range corps {
		errs = append(errs, fn(ctx, corpID))
	}
	return errors.Join(errs...)
}
