package s3check

import (
	"context"
	"errors"
	"net"
	"path"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/google/uuid"
	"github.com/minio/minio-go/v7"

	"github.com/huimian/huimian/internal/filestore"
	"github.com/huimian/huimian/internal/filestore/filestoretest"
)

// A bucket passes the tests of the folder: with versions, nothing remains after a deletion.
func TestBucket(t *testing.T) {
	for name, change := range map[string]func(*filestore.BucketConfig){
		"plain":     func(*filestore.BucketConfig) {},
		"versioned": func(*filestore.BucketConfig) {},
		"prefix":    func(c *filestore.BucketConfig) { c.Prefix, c.Addressing = "/huimian/files/", filestore.AddressingPath },
	} {
		t.Run(name, func(t *testing.T) {
			filestoretest.Run(t, func(t *testing.T) filestoretest.Fixture {
				c := newBucket(t, name == "versioned")
				change(&c)
				return filestoretest.Fixture{
					Store: newStore(t, c), Later: func() time.Time { return time.Now().Add(time.Hour) },
					List: func(t *testing.T) (names []string) {
						for _, key := range listVersions(t, c.Name) {
							names = append(names, path.Base(key))
						}
						return names
					},
				}
			})
		})
	}
}

// Every earlier version is deleted, also one from before versioning and one behind a delete marker.
func TestDeleteVersions(t *testing.T) {
	c := newBucket(t, false)
	b, client := newStore(t, c), newClient(t)
	id := filestoretest.Write(t, b, "before versioning")
	other := filestoretest.Write(t, b, "of another candidate")
	if err := client.EnableVersioning(t.Context(), c.Name); err != nil {
		t.Fatal(err)
	}
	for _, content := range []string{"second", "third"} {
		if err := b.Write(t.Context(), id, strings.NewReader(content)); err != nil {
			t.Fatal(err)
		}
	}
	if err := client.RemoveObject(t.Context(), c.Name, id, minio.RemoveObjectOptions{}); err != nil { // by another program
		t.Fatal(err)
	}
	if got := len(listVersions(t, c.Name)); got != 5 {
		t.Fatalf("%d versions", got)
	}
	if _, err := b.Open(t.Context(), id); !errors.Is(err, filestore.ErrNotFound) {
		t.Errorf("a deleted file: %v", err)
	}
	if err := b.Delete(t.Context(), id); err != nil {
		t.Fatal(err)
	}
	if got := listVersions(t, c.Name); !slices.Equal(got, []string{other}) {
		t.Errorf("left: %q", got)
	}
}

// A sweep leaves objects that are not ours, outside of the prefix and in it.
func TestSweepLeavesOtherObjects(t *testing.T) {
	c := newBucket(t, false)
	c.Prefix = "huimian"
	b := newStore(t, c)
	foreign := []string{uuid.NewString(), "huimian/" + uuid.NewString() + ".pdf", "huimian/x/" + uuid.NewString(), "huimian2/" + uuid.NewString()}
	for _, key := range foreign {
		put(t, c.Name, key, "x")
	}
	orphans := 300 // more than a query gets at once
	for range orphans {
		filestoretest.Write(t, b, "")
	}
	n, err := b.Sweep(t.Context(), time.Now().Add(time.Hour), func(context.Context, []string) (map[string]bool, error) { return nil, nil })
	if err != nil || n != orphans {
		t.Errorf("%d, %v", n, err)
	}
	got := listVersions(t, c.Name)
	slices.Sort(got)
	slices.Sort(foreign)
	if !slices.Equal(got, foreign) {
		t.Errorf("left: %q", got)
	}
}

// Each mistake in the settings has its own sentence, without the secret key.
func TestProblems(t *testing.T) {
	closed, err := new(net.ListenConfig).Listen(t.Context(), "tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	_ = closed.Close()
	for want, change := range map[filestore.Problem]func(*filestore.BucketConfig){
		filestore.ProblemAccessKey:   func(c *filestore.BucketConfig) { c.AccessKey = "other" },
		filestore.ProblemSecretKey:   func(c *filestore.BucketConfig) { c.SecretKey = "not-the-secret" },
		filestore.ProblemDenied:      func(c *filestore.BucketConfig) { c.AccessKey, c.SecretKey = guestKey, guestSecret },
		filestore.ProblemBucket:      func(c *filestore.BucketConfig) { c.Name = "does-not-exist" },
		filestore.ProblemRegion:      func(c *filestore.BucketConfig) { c.Region = "us-west-2" },
		filestore.ProblemUnreachable: func(c *filestore.BucketConfig) { c.Endpoint = "http://" + closed.Addr().String() },
		filestore.ProblemClock:       func(*filestore.BucketConfig) { refuseClock.Store(true) },
	} {
		t.Run(string(want), func(t *testing.T) {
			c := newBucket(t, false)
			defer refuseClock.Store(false)
			change(&c)
			err := newStore(t, c).Probe(t.Context())
			if got := filestore.ProblemOf(err); got != want {
				t.Errorf("%s for %#v", got, err)
			}
			if err == nil || strings.Contains(err.Error(), c.SecretKey) {
				t.Errorf("%v", err)
			}
		})
	}
}

// A service that accepts connections and does not answer delays a request until its context ends.
func TestStalledService(t *testing.T) {
	l, err := new(net.ListenConfig).Listen(t.Context(), "tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = l.Close() }()
	c := newBucket(t, false)
	c.Endpoint = "http://" + l.Addr().String()
	b := newStore(t, c)
	for name, call := range map[string]func(context.Context) error{
		"write":  func(ctx context.Context) error { return b.Write(ctx, uuid.NewString(), strings.NewReader("x")) },
		"open":   func(ctx context.Context) error { _, err := b.Open(ctx, uuid.NewString()); return err },
		"delete": func(ctx context.Context) error { return b.Delete(ctx, uuid.NewString()) },
	} {
		t.Run(name, func(t *testing.T) {
			ctx, cancel := context.WithCancel(t.Context())
			accepted := make(chan struct{})
			go func() {
				conn, err := l.Accept()
				if err == nil {
					defer func() { _ = conn.Close() }()
					_, _ = conn.Read(make([]byte, 1))
				}
				cancel()
				close(accepted)
				<-ctx.Done()
			}()
			if err := call(ctx); !errors.Is(err, context.Canceled) {
				t.Errorf("%v", err)
			}
			<-accepted
		})
	}
}

func TestLocationHasNoSecret(t *testing.T) {
	c := newBucket(t, false)
	c.Prefix = "a/b"
	if got, want := newStore(t, c).Location(), "s3://"+c.Name+"/a/b/, "+endpoint; got != want {
		t.Errorf("%q, want %q", got, want)
	}
}
