package v1

import (
	"bytes"
	"flag"
	"os"
	"testing"
)

var update = flag.Bool("update", false, "write testdata/openapi.json anew")

// TestOpenAPI keeps the promise in sight: whoever changes what other systems
// see changes this file too. Within version 1 it may only grow.
func TestOpenAPI(t *testing.T) {
	const file = "testdata/openapi.json"
	got, err := OpenAPI()
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
		t.Errorf("%s is not what the code says: run go test ./internal/server/v1 -update and look at the difference", file)
	}
}
