package filestore_test

import (
	"io/fs"
	"path/filepath"
	"testing"
	"time"

	"github.com/huimian/huimian/internal/filestore"
	"github.com/huimian/huimian/internal/filestore/filestoretest"
)

// The same tests run on a bucket in tools/s3check.
func TestFolder(t *testing.T) {
	filestoretest.Run(t, func(t *testing.T) filestoretest.Fixture {
		store := filestore.NewFolder(filepath.Join(t.TempDir(), "data", "files"))
		return filestoretest.Fixture{
			Store: store, Later: func() time.Time { return time.Now().Add(time.Hour) },
			List: func(t *testing.T) (names []string) {
				t.Helper()
				_ = filepath.WalkDir(store.Dir(), func(_ string, d fs.DirEntry, err error) error {
					if err == nil && !d.IsDir() {
						names = append(names, d.Name())
					}
					return nil
				})
				return names
			},
		}
	})
}
