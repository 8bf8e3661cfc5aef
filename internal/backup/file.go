package backup

import (
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
)

// ErrFile is the error of a file that cannot be created; nothing was written.
var ErrFile = errors.New("the file cannot be created")

// temporaryPattern is the pattern of the names of files that are not complete.
const temporaryPattern = ".huimian-*"

// CreateFile writes a new file under a temporary name in its folder, and gives it its name
// when it is complete. Only its owner can read it. An existing file is not replaced.
func CreateFile(path string, write func(io.Writer) error) error {
	if _, err := os.Lstat(path); err == nil {
		return fmt.Errorf("%w: %s already exists", ErrFile, path)
	}
	tmp, err := os.CreateTemp(filepath.Dir(path), temporaryPattern) // mode 0600
	if err != nil {
		return fmt.Errorf("%w: %w", ErrFile, err)
	}
	err = write(tmp)
	if err = errors.Join(err, tmp.Sync(), tmp.Close()); err == nil {
		err = os.Link(tmp.Name(), path) // unlike a rename, it does not replace a file
	}
	return errors.Join(err, os.Remove(tmp.Name()))
}
