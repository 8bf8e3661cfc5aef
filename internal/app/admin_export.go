package app

import (
	"context"
	"errors"
	"io"

	"github.com/huimian/huimian/internal/actor"
	"github.com/huimian/huimian/internal/dataexport"
)

// ExportCandidate writes the data of a candidate as a ZIP file with a page in a language, and
// records the export. create opens the file, whose proposed name it gets, once the candidate
// is known.
func ExportCandidate(ctx context.Context, cfg Config, candidateID, language string, create func(name string) (io.WriteCloser, error)) error {
	return withParts(ctx, cfg, func(a *App) error {
		s := dataexport.Service{DB: a.DB, Files: a.fileStore}
		export, err := s.Open(ctx, actor.System(a.Config.WeCom.CorpID), candidateID, language)
		if err != nil {
			return localizeError(err)
		}
		w, err := create(export.FileName())
		if err != nil {
			return err
		}
		return errors.Join(export.WriteZIP(ctx, w), w.Close())
	})
}
