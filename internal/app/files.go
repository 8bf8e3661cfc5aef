package app

import (
	"context"
	"fmt"
	"path/filepath"
	"strings"

	"github.com/huimian/huimian/internal/candidatefile"
	"github.com/huimian/huimian/internal/db"
	"github.com/huimian/huimian/internal/filestore"
)

// Files holds the settings of uploaded files.
type Files struct {
	Dir              string `env:"HUIMIAN_FILES_DIR" help:"Folder for uploaded files, which all replicas share; default: the path of the SQLite database with .files, or data/files with PostgreSQL."`
	CompanyMegabytes int64  `env:"HUIMIAN_FILES_COMPANY_MEGABYTES" default:"10240" help:"Maximum size of all files of a company in MB; 0 for no limit of its own."`
}

// maxCompanyMegabytes is a petabyte.
const maxCompanyMegabytes = 1 << 30

func (c *Config) checkFiles() error {
	if n := c.Files.CompanyMegabytes; n < 0 || n > maxCompanyMegabytes {
		return fmt.Errorf("HUIMIAN_FILES_COMPANY_MEGABYTES is %d: it must be 0, for no limit, or at most %d", n, maxCompanyMegabytes)
	}
	return nil
}

// filesDir returns the folder of uploaded files. Two SQLite files in one folder have different
// ones: a sweep deletes contents without rows.
func (c *Config) filesDir() string {
	switch path := strings.TrimPrefix(c.DatabaseURL, "sqlite://"); {
	case c.Files.Dir != "":
		return c.Files.Dir
	case db.IsPostgresURL(c.DatabaseURL):
		return filepath.Join("data", "files")
	default:
		return path + ".files"
	}
}

func (c *Config) fileStore() *filestore.Folder { return filestore.NewFolder(c.filesDir()) }

func (a *App) newCandidateFiles() *candidatefile.Service {
	return candidatefile.New(candidatefile.Config{
		DB: a.DB, Queue: a.Queue, Store: a.Config.fileStore(), Members: a.findInterviewMembers,
		CompanyBytes: a.Config.Files.CompanyMegabytes << 20, Logger: a.log.With("part", "files"),
	})
}

// ProbeFiles writes a file into the configured folder, reads it and deletes it. It returns the
// path of the folder.
func ProbeFiles(ctx context.Context, cfg Config) (dir string, err error) {
	cfg.normalize()
	store := cfg.fileStore()
	return store.Dir(), store.Probe(ctx)
}
