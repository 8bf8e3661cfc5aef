package app

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"path/filepath"
	"strings"

	"github.com/huimian/huimian/internal/backup"
	"github.com/huimian/huimian/internal/candidatefile"
	"github.com/huimian/huimian/internal/db"
	"github.com/huimian/huimian/internal/filestore"
	"github.com/huimian/huimian/wecom"
)

// Files holds the settings of uploaded files.
type Files struct {
	Dir              string `env:"HUIMIAN_FILES_DIR" help:"Folder for uploaded files, which all replicas share; default: the path of the SQLite database with .files, or data/files with PostgreSQL."`
	S3               S3     `embed:"" prefix:"s3-"`
	CompanyMegabytes int64  `env:"HUIMIAN_FILES_COMPANY_MEGABYTES" default:"10240" help:"Maximum size of all files of a company in MB; 0 for no limit of its own."`
}

// S3 holds the settings of a bucket for uploaded files. Without a bucket they are in a folder.
type S3 struct {
	Endpoint   string       `env:"HUIMIAN_FILES_S3_ENDPOINT" help:"URL of a service with the protocol of S3, without the name of the bucket, such as https://s3.eu-central-1.amazonaws.com."`
	Region     string       `env:"HUIMIAN_FILES_S3_REGION" default:"us-east-1" help:"Region of the bucket; other services than Amazon's mostly ignore it."`
	Bucket     string       `env:"HUIMIAN_FILES_S3_BUCKET" help:"Existing bucket for uploaded files, in place of a folder."`
	Prefix     string       `env:"HUIMIAN_FILES_S3_PREFIX" help:"Beginning of the names of all objects, such as huimian/files. Each installation needs its own bucket or prefix."`
	Addressing string       `env:"HUIMIAN_FILES_S3_ADDRESSING" default:"auto" enum:"auto,path,virtual" help:"Where URLs name the bucket: path, virtual (in the host), or auto for virtual at Amazon and Aliyun."`
	AccessKey  string       `env:"HUIMIAN_FILES_S3_ACCESS_KEY" help:"Access key id."`
	SecretKey  wecom.Secret `kong:"-" env:"HUIMIAN_FILES_S3_SECRET_KEY" help:"Secret access key."`
}

func (s *S3) bucketConfig() filestore.BucketConfig {
	return filestore.BucketConfig{
		Endpoint: s.Endpoint, Region: cmp.Or(s.Region, "us-east-1"), Name: s.Bucket, Prefix: s.Prefix, Addressing: s.Addressing, AccessKey: s.AccessKey, SecretKey: string(s.SecretKey),
	}
}

// maxCompanyMegabytes is a petabyte.
const maxCompanyMegabytes = 1 << 30

func (c *Config) checkFiles() error {
	if n := c.Files.CompanyMegabytes; n < 0 || n > maxCompanyMegabytes {
		return fmt.Errorf("HUIMIAN_FILES_COMPANY_MEGABYTES is %d: it must be 0, for no limit, or at most %d", n, maxCompanyMegabytes)
	}
	s := c.Files.S3
	switch {
	case s.Bucket == "" && (s.Endpoint != "" || s.AccessKey != "" || s.SecretKey != ""):
		return errors.New("HUIMIAN_FILES_S3_BUCKET is not set, but other settings of the bucket are: set it, or remove them to keep files in a folder")
	case s.Bucket == "":
		return nil
	case c.Files.Dir != "":
		return errors.New("HUIMIAN_FILES_DIR and HUIMIAN_FILES_S3_BUCKET are set: files are either in a folder or in a bucket. Remove one of the two")
	}
	bucket := s.bucketConfig()
	if err := bucket.Check(); err != nil {
		return fmt.Errorf("HUIMIAN_FILES_S3_…: %w", err)
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

func (c *Config) newFileStore() (filestore.Store, error) {
	if c.Files.S3.Bucket == "" {
		return filestore.NewFolder(c.filesDir()), nil
	}
	bucket, err := filestore.NewBucket(c.Files.S3.bucketConfig())
	if err != nil {
		return nil, fmt.Errorf("HUIMIAN_FILES_S3_…: %w", err)
	}
	return bucket, nil
}

func (a *App) newCandidateFiles() *candidatefile.Service {
	return candidatefile.New(candidatefile.Config{
		DB: a.DB, Queue: a.Queue, Store: a.fileStore, Members: a.findInterviewMembers,
		CompanyBytes: a.Config.Files.CompanyMegabytes << 20, Logger: a.log.With("part", "files"), Now: a.Config.currentTime,
	})
}

// ProbeFiles writes a file into the configured store, reads it and deletes it. It returns the
// location of the store.
func ProbeFiles(ctx context.Context, cfg Config) (location string, err error) {
	cfg.normalize()
	store, err := cfg.newFileStore()
	if err != nil {
		return "", err
	}
	return store.Location(), store.Probe(ctx)
}

// CheckFiles compares the contents of the configured store with the rows of the database.
func CheckFiles(ctx context.Context, cfg Config) (check backup.FilesCheck, err error) {
	err = withFiles(ctx, cfg, func(d *db.DB, store filestore.Store) error {
		check, err = backup.CheckFiles(ctx, d, store)
		return err
	})
	return check, err
}

// CopyFiles copies the contents of all rows from a folder to the configured store, or with out
// from the store to the folder, and reads each back.
func CopyFiles(ctx context.Context, cfg Config, dir string, out bool) (copied backup.FilesCopy, err error) {
	err = withFiles(ctx, cfg, func(d *db.DB, store filestore.Store) error {
		folder := filestore.NewFolder(dir)
		if configured, ok := store.(*filestore.Folder); ok && configured.Dir() == folder.Dir() {
			return fmt.Errorf("%s is the configured store: name another folder", dir)
		}
		from, to := filestore.Store(folder), store
		if out {
			from, to = to, from
		}
		copied, err = backup.CopyFiles(ctx, d, from, to)
		return err
	})
	return copied, err
}

func withFiles(ctx context.Context, cfg Config, fn func(*db.DB, filestore.Store) error) error {
	cfg.normalize()
	if err := cfg.checkFiles(); err != nil {
		return err
	}
	store, err := cfg.newFileStore()
	if err != nil {
		return err
	}
	return withDatabase(ctx, cfg, func(d *db.DB) error { return fn(d, store) })
}
