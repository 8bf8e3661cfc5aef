package server

import (
	"bytes"
	"flag"
	"os"
	"testing"

	"github.com/huimian/huimian/internal/interview"
	"github.com/huimian/huimian/internal/showmebug"
)

var update = flag.Bool("update", false, "write web/openapi.json anew")

// TestOpenAPI compares web/openapi.json, from which the front end's types are
// generated, with the code. Run it with -update after changing an operation.
func TestOpenAPI(t *testing.T) {
	const file = "../../web/openapi.json"
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
		t.Errorf("%s is not what the code says: run go test ./internal/server -run OpenAPI -update", file)
	}
}
