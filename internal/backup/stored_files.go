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
		content, err := readContent(w.files, id)
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

func readContent(store *filestore.Folder, id string) (content []byte, err error) {
	in, err := store.Open(id)
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

// CheckFiles compares the contents of a file store with the rows of a database.
func CheckFiles(ctx context.Context, d *db.DB, store *filestore.Folder) (FilesCheck, error) {
	var rows []struct {
		ID     string `bun:"id"`
		SHA256 string `bun:"sha256"`
	}
	if err := d.NewSelect().TableExpr("stored_files").Column("id", "sha256").Order("id").Scan(ctx, &rows); err != nil {
		return FilesCheck{}, fmt.Errorf("reading the rows of files: %w", err)
	}
	check := FilesCheck{Files: len(rows), Damaged: []string{}}
	for _, row := range rows {
		content, err := readContent(store, row.ID)
		if err != nil && !errors.Is(err, filestore.ErrNotFound) {
			return check, err
		}
		if sum := sha256.Sum256(content); err != nil || hex.EncodeToString(sum[:]) != row.SHA256 {
			check.Damaged = append(check.Damaged, row.ID)
		}
	}
	return check, nil
}
