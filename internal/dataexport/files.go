package dataexport

import (
	"archive/zip"
	"context"
	"errors"
	"fmt"
	"io"

	"github.com/huimian/huimian/internal/filestore"
)

// writeStoredFiles writes the contents of the candidate's files, under their ids and names. A
// file that was deleted meanwhile is left out.
func (e *Export) writeStoredFiles(ctx context.Context, out *zip.Writer) error {
	for _, r := range e.rows["files"] {
		id, _ := r.findValue("id").(string)
		name, _ := r.findValue("name").(string)
		if err := e.writeStoredFile(ctx, out, id, "files/"+id+"/"+name); err != nil {
			return err
		}
	}
	return nil
}

func (e *Export) writeStoredFile(ctx context.Context, out *zip.Writer, id, name string) (err error) {
	if err := ctx.Err(); err != nil {
		return err
	}
	in, err := e.files.Open(ctx, id)
	if errors.Is(err, filestore.ErrNotFound) {
		return nil
	}
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, in.Close()) }()
	w, err := e.addFile(out, name)
	if err != nil {
		return err
	}
	if _, err := io.Copy(w, in); err != nil {
		return fmt.Errorf("adding file %s to the export: %w", id, err)
	}
	return nil
}
