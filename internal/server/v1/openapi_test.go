package v1

import (
	"bytes"
	"flag"
	"os"
	"testing"

	"github.com/huimian/huimian/internal/interview"
	"github.com/huimian/huimian/internal/showmebug"
)

var update = flag.Bool("update", false, "write testdata/openapi.json anew")

// TestOpenAPI compares the OpenAPI document with testdata/openapi.json, so that a
// change of the public API shows in the diff. Within version 1 it may only grow.
func TestOpenAPI(t *testing.T) {
	const file = "testdata/openapi.json"
	got, err := OpenAPI(interview.NewRoomRegistry(showmebug.Rooms{}))
	if err != nil {
		t.Fatal(err)
	}
	if *update {
		if err := os.WriteFile(file, got, 0o644); err != nil {
			t.Fatal(err)
		}
	}
	want, err := os.ReadFile(file)
	if err != nil {
		t.Fatal(err)
	}
	if !bytes.Equal(got, want) {
		t.Errorf("%s differs from the generated document: run go test ./internal/server/v1 -update and look at the difference", file)
	}
}
