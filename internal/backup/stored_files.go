package backup

import (
	"bytes"
	"context"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"io"

	"github.com/uptrace/bun"

	"github.com/huimian/huimian/internal/db"
	"github.com/huimian/huimian/internal/filestore"
)

// filesTable is the name under which a backup has the contents of the rows of stored_files.
const filesTable = "file_contents"

var files = db.Table{Name: filesTable, Columns: []db.TableColumn{{Name: "id", Kind: db.TextValue}, {Name: "content", Kind: db.BlobValue}}}

// readContents passes the contents of all rows to add. One that is missing, for example because
// its row was deleted after the beginning of the backup, is left out; CheckFiles finds it.
func (w *writer) readContents(ctx context.Context, tx bun.Tx, add func([]any) error) error {
	var ids []string
	if err := tx.NewSelect().TableExpr("stored_files").Column("id").Order("id").Scan(ctx, &ids); err != nil {
		return fmt.Errorf("reading the rows of files: %w", err)
	}
	for _, id := range ids {
		content, err := readContent(ctx, w.files, id)
		if errors.Is(err, filestore.ErrNotFound) {
			continue
		}
		if err != nil {
			return err
		}
		if err := add([]any{id, content}); err != nil {
			return err
		}
	}
	return nil
}

func readContent(ctx context.Context, store filestore.Store, id string) (content []byte, err error) {
	in, err := store.Open(ctx, id)
	if err != nil {
		return nil, err
	}
	defer func() { err = errors.Join(err, in.Close()) }()
	if content, err = io.ReadAll(in); err != nil {
		return nil, fmt.Errorf("reading file %s: %w", id, err)
	}
	return content, nil
}

func (i *inserter) writeContent(ctx context.Context, row []any) error {
	id, idOK := row[0].(string)
	content, contentOK := row[1].([]byte)
	if !idOK || !contentOK {
		return errors.New("the content of a file is not complete")
	}
	return i.files.Write(ctx, id, bytes.NewReader(content))
}

// FilesCheck is the result of CheckFiles.
type FilesCheck struct {
	Files   int      `json:"files"`   // rows
	Damaged []string `json:"damaged"` // ids whose content is missing or is not that of the row
}

type storedFile struct {
	ID     string `bun:"id"`
	SHA256 string `bun:"sha256"`
}

func listStoredFiles(ctx context.Context, d *db.DB) (rows []storedFile, err error) {
	if err := d.NewSelect().TableExpr("stored_files").Column("id", "sha256").Order("id").Scan(ctx, &rows); err != nil {
		return nil, fmt.Errorf("reading the rows of files: %w", err)
	}
	return rows, nil
}

// readIntact returns the content of a row. ok is false if it is missing or another one.
func (f storedFile) readIntact(ctx context.Context, store filestore.Store) (content []byte, ok bool, err error) {
	content, err = readContent(ctx, store, f.ID)
	if errors.Is(err, filestore.ErrNotFound) {
		return nil, false, nil
	}
	sum := sha256.Sum256(content)
	return content, err == nil && hex.EncodeToString(sum[:]) == f.SHA256, err
}

// CheckFiles compares the contents of a file store with the rows of a database.
func CheckFiles(ctx context.Context, d *db.DB, store filestore.Store) (FilesCheck, error) {
	rows, err := listStoredFiles(ctx, d)
	check := FilesCheck{Files: len(rows), Damaged: []string{}}
	if err != nil {
		return check, err
	}
	for _, row := range rows {
		_, ok, err := row.readIntact(ctx, store)
		if err != nil {
			return check, err
		}
		if !ok {
			check.Damaged = append(check.Damaged, row.ID)
		}
	}
	return check, nil
}

// FilesCopy is the result of CopyFiles.
type FilesCopy struct {
	FilesCheck // of the target

	Copied int `json:"copied"` // the others were there before
}

// CopyFiles copies the contents of all rows of a database that the target does not have, and
// reads each back. A content that is missing or damaged in the source is not copied; the target
// then has it in Damaged.
func CopyFiles(ctx context.Context, d *db.DB, source, target filestore.Store) (FilesCopy, error) {
	rows, err := listStoredFiles(ctx, d)
	result := FilesCopy{FilesCheck: FilesCheck{Files: len(rows), Damaged: []string{}}}
	if err != nil {
		return result, err
	}
	for _, row := range rows {
		copied, ok, err := row.copyContent(ctx, source, target)
		switch {
		case err != nil:
			return result, err
		case !ok:
			result.Damaged = append(result.Damaged, row.ID)
		case copied:
			result.Copied++
		}
	}
	return result, nil
}

func (f storedFile) copyContent(ctx context.Context, source, target filestore.Store) (copied, ok bool, err error) {
	if _, ok, err := f.readIntact(ctx, target); ok || err != nil {
		return false, ok, err
	}
	content, ok, err := f.readIntact(ctx, source)
	if !ok || err != nil {
		return false, false, err
	}
	if err := target.Write(ctx, f.ID, bytes.NewReader(content)); err != nil {
		return false, false, err
	}
	_, ok, err = f.readIntact(ctx, target)
	return ok, ok, err
}
