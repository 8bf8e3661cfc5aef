package filestore

import (
	"bytes"
	"context"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"io"
	"net"
	"net/http"
	"net/url"
	"path"
	"regexp"
	"strings"
	"time"

	"github.com/google/uuid"
	"github.com/minio/minio-go/v7"
	"github.com/minio/minio-go/v7/pkg/credentials"
)

// Limits of the requests to a service.
const (
	maxContent      = 32 << 20 // bytes of a file, which is in memory while it is written
	maxAttempts     = 3
	dialTimeout     = 5 * time.Second
	responseTimeout = 20 * time.Second // to the first byte of a response
	requestTimeout  = time.Minute      // of a request with its retries
	readTimeout     = 5 * time.Minute  // from the request to the last byte of a content
	maxVersions     = 1000             // of one file
)

// The ways in which a request names the bucket.
const (
	AddressingAuto    = "auto"    // virtual at the services that are known to need it
	AddressingPath    = "path"    // https://endpoint/bucket/key
	AddressingVirtual = "virtual" // https://bucket.endpoint/key
)

// BucketConfig describes a bucket. Name, Endpoint and both keys are required.
type BucketConfig struct {
	Endpoint   string // URL of the service, without a path
	Region     string
	Name       string
	Prefix     string // of the names of all objects, such as "huimian/files"
	Addressing string
	AccessKey  string
	SecretKey  string
}

var (
	bucketName   = regexp.MustCompile(`^[a-z0-9][a-z0-9.-]{1,61}[a-z0-9]$`)
	bucketPrefix = regexp.MustCompile(`^[A-Za-z0-9_.-]+(/[A-Za-z0-9_.-]+)*$`)
)

// maxPrefix is the maximum length of a prefix. The names of objects have at most 1,024 bytes.
const maxPrefix = 200

// Check returns an error for each field that is missing or invalid. It sends nothing.
func (c *BucketConfig) Check() error {
	var errs []error
	if u, err := url.Parse(c.Endpoint); err != nil || u.Scheme != "https" && u.Scheme != "http" || u.Hostname() == "" || u.User != nil || strings.Trim(u.Path, "/") != "" || u.RawQuery != "" {
		errs = append(errs, errors.New("the endpoint must be a URL without a path and without the name of the bucket, such as https://s3.eu-central-1.amazonaws.com"))
	}
	if !bucketName.MatchString(c.Name) {
		errs = append(errs, fmt.Errorf("%q is not the name of a bucket: it must have 3 to 63 lower-case letters, digits, dots and hyphens", c.Name))
	}
	if p := c.prefix(); p != "" && (len(p) > maxPrefix || !bucketPrefix.MatchString(p) || path.Clean(p) != p) {
		errs = append(errs, fmt.Errorf("the prefix %q must be like a path, such as huimian/files, with at most %d letters, digits and the characters _ . -", c.Prefix, maxPrefix))
	}
	if c.AccessKey == "" || c.SecretKey == "" {
		errs = append(errs, errors.New("the access key and the secret key are required"))
	}
	return errors.Join(errs...)
}

func (c *BucketConfig) prefix() string { return strings.Trim(c.Prefix, "/") }

// Bucket is a bucket of a service with the protocol of S3, which all replicas share.
type Bucket struct {
	config BucketConfig
	core   *minio.Core
	prefix string // "" or with a slash at its end
}

// NewBucket returns the file store in a bucket, which must exist. It sends nothing.
func NewBucket(c BucketConfig) (*Bucket, error) {
	if err := c.Check(); err != nil {
		return nil, err
	}
	u, err := url.Parse(c.Endpoint)
	if err != nil {
		return nil, fmt.Errorf("the endpoint: %w", err)
	}
	transport, err := minio.DefaultTransport(u.Scheme == "https")
	if err != nil {
		return nil, fmt.Errorf("the transport: %w", err)
	}
	transport.DialContext = (&net.Dialer{Timeout: dialTimeout}).DialContext
	transport.ResponseHeaderTimeout = responseTimeout
	lookup := map[string]minio.BucketLookupType{AddressingPath: minio.BucketLookupPath, AddressingVirtual: minio.BucketLookupDNS}
	core, err := minio.NewCore(u.Host, &minio.Options{
		Creds: credentials.NewStaticV4(c.AccessKey, c.SecretKey, ""), Secure: u.Scheme == "https", Transport: transport,
		Region: c.Region, BucketLookup: lookup[c.Addressing], MaxRetries: maxAttempts,
	})
	if err != nil {
		return nil, fmt.Errorf("the endpoint: %w", err)
	}
	b := &Bucket{config: c, core: core}
	if p := c.prefix(); p != "" {
		b.prefix = p + "/"
	}
	return b, nil
}

// Location implements Store.
func (b *Bucket) Location() string {
	return "s3://" + b.config.Name + "/" + b.prefix + ", " + b.config.Endpoint
}

func (b *Bucket) keyOf(id string) (string, error) {
	if err := checkID(id); err != nil {
		return "", err
	}
	return b.prefix + id, nil
}

// Write implements Store. The request is signed with the SHA-256 of the content, which the
// service compares.
func (b *Bucket) Write(ctx context.Context, id string, content io.Reader) error {
	key, err := b.keyOf(id)
	if err != nil {
		return err
	}
	raw, err := io.ReadAll(io.LimitReader(content, maxContent+1))
	if err != nil {
		return fmt.Errorf("writing file %s: %w", id, err)
	}
	if len(raw) > maxContent {
		return fmt.Errorf("writing file %s: it is larger than %d MB", id, maxContent>>20)
	}
	ctx, cancel := context.WithTimeout(ctx, requestTimeout)
	defer cancel()
	sum := sha256.Sum256(raw)
	// Without DisableContentSha256 the body would be sent in signed chunks, which several services refuse.
	options := minio.PutObjectOptions{ContentType: "application/octet-stream", DisableContentSha256: true}
	if _, err := b.core.PutObject(ctx, b.config.Name, key, bytes.NewReader(raw), int64(len(raw)), "", hex.EncodeToString(sum[:]), options); err != nil {
		return fmt.Errorf("writing file %s: %w", id, err)
	}
	return nil
}

// Open implements Store.
func (b *Bucket) Open(ctx context.Context, id string) (io.ReadCloser, error) {
	key, err := b.keyOf(id)
	if err != nil {
		return nil, err
	}
	reading, cancel := context.WithTimeout(context.WithoutCancel(ctx), readTimeout)
	stop := context.AfterFunc(ctx, cancel)
	in, _, _, err := b.core.GetObject(reading, b.config.Name, key, minio.GetObjectOptions{})
	if !stop() && err == nil { // the context has ended meanwhile
		err = errors.Join(ctx.Err(), in.Close())
	}
	if err != nil {
		cancel()
		if minio.ToErrorResponse(err).Code == minio.NoSuchKey {
			return nil, fmt.Errorf("%w %s", ErrNotFound, id)
		}
		return nil, fmt.Errorf("opening file %s: %w", id, err)
	}
	return &objectReader{in, cancel}, nil
}

// objectReader ends the request when it is closed.
type objectReader struct {
	io.ReadCloser

	cancel context.CancelFunc
}

func (r *objectReader) Close() error {
	defer r.cancel()
	return r.ReadCloser.Close()
}

// Delete implements Store. In a bucket with versioning it deletes every version: a deletion
// without a version would keep the content behind a delete marker.
func (b *Bucket) Delete(ctx context.Context, id string) error {
	key, err := b.keyOf(id)
	if err != nil {
		return err
	}
	ctx, cancel := context.WithTimeout(ctx, requestTimeout)
	defer cancel()
	versions, err := b.listVersions(ctx, key)
	if err == nil && len(versions) == 0 {
		versions, err = b.findUnversioned(ctx, key)
	}
	if err != nil {
		return fmt.Errorf("deleting file %s: %w", id, err)
	}
	for _, version := range versions {
		if err := b.core.RemoveObject(ctx, b.config.Name, key, minio.RemoveObjectOptions{VersionID: version}); err != nil && !isMissing(err) {
			return fmt.Errorf("deleting file %s: %w", id, err)
		}
	}
	return nil
}

// listVersions returns the ids of all versions and delete markers of an object. A service
// without versions has none.
func (b *Bucket) listVersions(ctx context.Context, key string) (ids []string, err error) {
	for object := range b.core.ListObjectsIter(ctx, b.config.Name, minio.ListObjectsOptions{Prefix: key, WithVersions: true, Recursive: true}) {
		switch code := minio.ToErrorResponse(object.Err).Code; {
		case code == minio.NotImplemented || code == minio.MethodNotAllowed:
			return nil, nil
		case object.Err != nil:
			return nil, object.Err
		case object.Key != key:
			continue
		}
		if ids = append(ids, object.VersionID); len(ids) > maxVersions {
			return nil, fmt.Errorf("it has more than %d versions", maxVersions)
		}
	}
	return ids, nil
}

// findUnversioned returns the empty version id if there is an object: some services do not
// list the objects of a bucket without versioning as versions.
func (b *Bucket) findUnversioned(ctx context.Context, key string) ([]string, error) {
	_, err := b.core.StatObject(ctx, b.config.Name, key, minio.StatObjectOptions{})
	if isMissing(err) {
		return nil, nil
	}
	return []string{""}, err
}

// isMissing reports whether an object or a version of it does not exist.
func isMissing(err error) bool {
	r := minio.ToErrorResponse(err)
	return r.Code == minio.NoSuchKey || r.Code == minio.NoSuchVersion
}

// Sweep implements Store.
func (b *Bucket) Sweep(ctx context.Context, before time.Time, keep KeepFunc) (deleted int, err error) {
	var ids []string
	for object := range b.core.ListObjectsIter(ctx, b.config.Name, minio.ListObjectsOptions{Prefix: b.prefix}) {
		if object.Err != nil {
			return deleted, fmt.Errorf("listing the file store: %w", object.Err)
		}
		id := strings.TrimPrefix(object.Key, b.prefix)
		if checkID(id) != nil || !object.LastModified.Before(before) {
			continue
		}
		if ids = append(ids, id); len(ids) < keepBatch {
			continue
		}
		n, err := b.deleteUnless(ctx, ids, keep)
		if deleted += n; err != nil {
			return deleted, err
		}
		ids = nil
	}
	n, err := b.deleteUnless(ctx, ids, keep)
	return deleted + n, err
}

func (b *Bucket) deleteUnless(ctx context.Context, ids []string, keep KeepFunc) (deleted int, err error) {
	if len(ids) == 0 {
		return 0, nil
	}
	kept, err := keep(ctx, ids)
	if err != nil {
		return 0, err
	}
	for _, id := range ids {
		if kept[id] {
			continue
		}
		if err := b.Delete(ctx, id); err != nil {
			return deleted, err
		}
		deleted++
	}
	return deleted, nil
}

// Probe implements Store.
func (b *Bucket) Probe(ctx context.Context) error { return probe(ctx, b, uuid.NewString()) }

// Problem is the reason why a bucket cannot be used, for a check of the settings.
type Problem string

// The problems of buckets. Others are ProblemOther.
const (
	ProblemAccessKey   Problem = "access_key"
	ProblemSecretKey   Problem = "secret_key"
	ProblemDenied      Problem = "denied"
	ProblemBucket      Problem = "bucket"
	ProblemRegion      Problem = "region"
	ProblemClock       Problem = "clock"
	ProblemUnreachable Problem = "unreachable"
	ProblemOther       Problem = "other"
)

var problems = map[string]Problem{
	minio.InvalidAccessKeyID: ProblemAccessKey, "InvalidAccessKey": ProblemAccessKey, minio.SignatureDoesNotMatch: ProblemSecretKey, minio.AccessDenied: ProblemDenied,
	minio.NoSuchBucket: ProblemBucket, minio.InvalidBucketName: ProblemBucket, minio.AuthorizationHeaderMalformed: ProblemRegion, minio.InvalidRegion: ProblemRegion,
	"PermanentRedirect": ProblemRegion, minio.RequestTimeTooSkewed: ProblemClock, "RequestExpired": ProblemClock,
}

// ProblemOf returns the problem behind an error of a bucket.
func ProblemOf(err error) Problem {
	if response, ok := errors.AsType[minio.ErrorResponse](err); ok {
		if p, ok := problems[response.Code]; ok {
			return p
		}
		if response.StatusCode == http.StatusForbidden {
			return ProblemDenied
		}
		return ProblemOther
	}
	if _, ok := errors.AsType[*net.OpError](err); ok || errors.Is(err, context.DeadlineExceeded) {
		return ProblemUnreachable
	}
	return ProblemOther
}
