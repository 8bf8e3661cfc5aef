package main

import (
	"context"
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
)

// codeBlocks returns the code blocks of a language on the page for readers.
func codeBlocks(t *testing.T, language string) []string {
	t.Helper()
	data, err := os.ReadFile("../../docs/simulator.md")
	if err != nil {
		t.Fatal(err)
	}
	var out []string
	for _, part := range strings.Split(string(data), "```"+language+"\n")[1:] {
		block, _, ok := strings.Cut(part, "\n```")
		if !ok {
			t.Fatalf("a block of %s does not end", language)
		}
		out = append(out, block+"\n")
	}
	if len(out) == 0 {
		t.Fatalf("the page has no block of %s", language)
	}
	return out
}

// startSimulator runs the program as documented, on a free port.
func startSimulator(t *testing.T) (address string) {
	t.Helper()
	ctx, stop := context.WithCancel(t.Context())
	out := &firstAddress{found: make(chan string, 1)}
	ended := make(chan error, 1)
	go func() { ended <- run(ctx, []string{"-listen", "127.0.0.1:0"}, out, io.Discard) }()
	t.Cleanup(func() {
		stop()
		<-ended
	})
	select {
	case address := <-out.found:
		return address
	case err := <-ended:
		ended <- err
		t.Fatalf("the program ended: %v", err)
	}
	return ""
}

// runBlock runs one block by an interpreter and returns what it printed.
func runBlock(t *testing.T, interpreter, block string) string {
	t.Helper()
	path, err := exec.LookPath(interpreter)
	if err != nil {
		t.Skipf("the page's blocks for %s are not run: it is not on this machine", interpreter)
	}
	file := filepath.Join(t.TempDir(), "block")
	if err := os.WriteFile(file, []byte(block), 0o600); err != nil {
		t.Fatal(err)
	}
	cmd := exec.CommandContext(t.Context(), path, file)
	cmd.Env = append(os.Environ(), "WECOM="+startSimulator(t), "PYTHONIOENCODING=utf-8", "NO_PROXY=*", "no_proxy=*")
	out, err := cmd.CombinedOutput()
	if err != nil {
		t.Fatalf("%s: %v\n%s", interpreter, err, out)
	}
	return string(out)
}

// TestCodeBlocksInDocs runs the code blocks of the page as they are printed there.
func TestCodeBlocksInDocs(t *testing.T) {
	for _, c := range []struct {
		language, interpreter string
		want                  [][]string // of each block, in this order
	}{
		{"sh", "sh", [][]string{{`"invaliduser":"nobody"`, `"response_code":"`, `"errcode":42001`, `"errcode":-1`, `"access_token":"`}}},
		{"python", "python3", [][]string{{"accept 已接受"}}},
	} {
		t.Run(c.language, func(t *testing.T) {
			list := codeBlocks(t, c.language)
			if len(list) != len(c.want) {
				t.Fatalf("the page has %d blocks of %s, %d are known", len(list), c.language, len(c.want))
			}
			for i, block := range list {
				if c.language == "sh" {
					if _, err := exec.LookPath("curl"); err != nil {
						t.Skip("the page's blocks for sh are not run: curl is not on this machine")
					}
				}
				got := runBlock(t, c.interpreter, block)
				for _, want := range c.want[i] {
					_, rest, found := strings.Cut(got, want)
					if !found {
						t.Fatalf("block %d printed no %s any more:\n%s", i, want, got)
					}
					got = rest
				}
			}
		})
	}
}
