package s3check

import (
	"bytes"
	"context"
	"fmt"
	"io"
	"net"
	"net/url"
	"os"
	"path/filepath"
	"sync/atomic"
	"testing"

	"github.com/gofiber/fiber/v3"
	"github.com/minio/minio-go/v7"
	"github.com/minio/minio-go/v7/pkg/credentials"
	"github.com/versity/versitygw/auth"
	"github.com/versity/versitygw/backend/meta"
	"github.com/versity/versitygw/backend/posix"
	"github.com/versity/versitygw/metrics"
	"github.com/versity/versitygw/s3api"
	"github.com/versity/versitygw/s3api/middlewares"

	"github.com/huimian/huimian/internal/filestore"
)

// Keys of the owner of all buckets, and of a user without rights.
const (
	rootKey, rootSecret   = "root-key", "root-secret-7f3a"
	guestKey, guestSecret = "guest-key", "guest-secret-91bc"
	region                = "eu-central-1"
)

// endpoint is the URL of the server, of which a process can have one.
var endpoint string

// refuseClock makes the server refuse requests as Amazon does when the clocks differ. The
// client's clock cannot be changed.
var refuseClock atomic.Bool

func TestMain(m *testing.M) { os.Exit(runTests(m)) }

func runTests(m *testing.M) int {
	dir, err := os.MkdirTemp("", "huimian-s3check-")
	if err == nil {
		defer func() { _ = os.RemoveAll(dir) }()
		err = startServer(dir)
	}
	if err != nil {
		fmt.Fprintln(os.Stderr, err)
		return 1
	}
	return m.Run()
}

func startServer(dir string) error {
	data, versions, accounts := filepath.Join(dir, "data"), filepath.Join(dir, "versions"), filepath.Join(dir, "accounts")
	for _, folder := range []string{data, versions, accounts} {
		if err := os.Mkdir(folder, 0o700); err != nil {
			return err
		}
	}
	store, err := posix.New(data, meta.XattrMeta{}, posix.PosixOpts{VersioningDir: versions})
	if err != nil {
		return err
	}
	users, err := auth.NewInternal(auth.Account{Access: rootKey, Secret: rootSecret, Role: auth.RoleAdmin}, accounts)
	if err != nil {
		return err
	}
	if err := users.CreateAccount(auth.Account{Access: guestKey, Secret: guestSecret, Role: auth.RoleUser}); err != nil {
		return err
	}
	var measured metrics.Manager
	socket, listening := filepath.Join(dir, "s3.sock"), make(chan struct{})
	s, err := s3api.New(store, middlewares.RootUserConfig{Access: rootKey, Secret: rootSecret}, region, users, nil, nil, nil, measured,
		s3api.WithQuiet(), s3api.WithKeepAlive(), s3api.WithConcurrencyLimiter(1000, 1000), s3api.WithOnListen(func() { close(listening) }),
		s3api.WithMiddleware("/", func(c fiber.Ctx) error {
			if !refuseClock.Load() {
				return c.Next()
			}
			c.Set("Content-Type", "application/xml")
			return c.Status(fiber.StatusForbidden).SendString(`<?xml version="1.0"?><Error><Code>RequestTimeTooSkewed</Code><Message>The difference between the request time and the current time is too large.</Message></Error>`)
		}))
	if err != nil {
		return err
	}
	failed := make(chan error, 1)
	go func() { failed <- s.ServeMultiPort([]string{socket}) }()
	select {
	case err := <-failed:
		return err
	case <-listening:
	}
	endpoint, err = forward(socket)
	return err
}

// forward serves a socket on a free TCP port: the server takes only a fixed one.
func forward(socket string) (address string, err error) {
	l, err := new(net.ListenConfig).Listen(context.Background(), "tcp", "127.0.0.1:0")
	if err != nil {
		return "", err
	}
	go func() {
		for {
			client, err := l.Accept()
			if err != nil {
				return
			}
			server, err := new(net.Dialer).DialContext(context.Background(), "unix", socket)
			if err != nil {
				_ = client.Close()
				continue
			}
			for _, pair := range [][2]net.Conn{{client, server}, {server, client}} {
				go func() {
					_, _ = io.Copy(pair[0], pair[1])
					_, _ = pair[0].Close(), pair[1].Close()
				}()
			}
		}
	}()
	return "http://" + l.Addr().String(), nil
}

func newClient(t *testing.T) *minio.Client {
	t.Helper()
	u, err := url.Parse(endpoint)
	if err != nil {
		t.Fatal(err)
	}
	c, err := minio.New(u.Host, &minio.Options{Creds: credentials.NewStaticV4(rootKey, rootSecret, ""), Region: region})
	if err != nil {
		t.Fatal(err)
	}
	return c
}

var buckets atomic.Int64

// newBucket creates a bucket and returns its settings.
func newBucket(t *testing.T, versioned bool) filestore.BucketConfig {
	t.Helper()
	name := fmt.Sprintf("files-%d", buckets.Add(1))
	c := newClient(t)
	if err := c.MakeBucket(t.Context(), name, minio.MakeBucketOptions{Region: region}); err != nil {
		t.Fatal(err)
	}
	if versioned {
		if err := c.EnableVersioning(t.Context(), name); err != nil {
			t.Fatal(err)
		}
	}
	return filestore.BucketConfig{Endpoint: endpoint, Region: region, Name: name, AccessKey: rootKey, SecretKey: rootSecret}
}

func newStore(t *testing.T, c filestore.BucketConfig) *filestore.Bucket {
	t.Helper()
	b, err := filestore.NewBucket(c)
	if err != nil {
		t.Fatal(err)
	}
	return b
}

// listVersions returns the names of all versions and delete markers.
func listVersions(t *testing.T, bucket string) (names []string) {
	t.Helper()
	for object := range newClient(t).ListObjectsIter(t.Context(), bucket, minio.ListObjectsOptions{WithVersions: true, Recursive: true}) {
		if object.Err != nil {
			t.Fatal(object.Err)
		}
		names = append(names, object.Key)
	}
	return names
}

func put(t *testing.T, bucket, key, content string) {
	t.Helper()
	if _, err := newClient(t).PutObject(t.Context(), bucket, key, bytes.NewReader([]byte(content)), int64(len(content)), minio.PutObjectOptions{}); err != nil {
		t.Fatal(err)
	}
}
