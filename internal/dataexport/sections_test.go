package dataexport

import (
	"slices"
	"testing"

	"github.com/huimian/huimian/internal/erasure"
)

// Every table with data about a person is exported, or excluded with a reason.
func TestTablesAreExportedOrExcluded(t *testing.T) {
	exported := slices.Clone(roomTables)
	for _, s := range sections {
		exported = append(exported, s.tables...)
	}
	for _, table := range erasure.Tables {
		if slices.Contains(exported, table) == (excluded[table] != "") {
			t.Errorf("%s has to be either in a section or excluded with a reason", table)
		}
	}
	for _, table := range exported {
		if !slices.Contains(erasure.Tables, table) {
			t.Errorf("%s is exported and not erased", table)
		}
	}
	if len(exported)+len(excluded) != len(erasure.Tables) {
		t.Errorf("%d tables are exported, %d excluded, %d erased", len(exported), len(excluded), len(erasure.Tables))
	}
}
