package sandbox

import (
	"context"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"syscall"
)

// commonPackages are compiled before the first Go program runs. Go has shipped
// no compiled standard library since 1.20, and compiling these packages takes
// ten seconds and more inside the sandbox.
const commonPackages = "bufio bytes cmp container/heap container/list context encoding/json errors fmt io iter maps math " +
	"math/big math/bits math/rand math/rand/v2 os regexp slices sort strconv strings sync sync/atomic testing time " +
	"unicode unicode/utf8"

// detectGo uses the host's toolchain and a build cache that only warmGoCache
// writes. The cache is read-only inside the sandbox, so that no program can
// change it for the next.
func detectGo(ctx context.Context, h detectConfig) (*image, error) {
	path, err := exec.LookPath("go")
	if err != nil {
		return nil, err
	}
	answer, err := runTool(ctx, path, "env", "GOVERSION", "GOROOT")
	if err != nil {
		return nil, err
	}
	lines := strings.Fields(answer)
	if len(lines) != 2 {
		return nil, fmt.Errorf("detecting go: unexpected output %q", answer)
	}
	tool, cache := filepath.Join(lines[1], "bin", "go"), filepath.Join(h.cacheDir, lines[0])
	if err := os.MkdirAll(cache, 0o755); err != nil {
		return nil, fmt.Errorf("make Go's build cache: %w", err)
	}
	img := newImage("go", "main.go")
	img.addMounts(lines[1], cache)
	img.env = []string{
		"GOROOT=" + lines[1], "GOCACHE=" + cache, "CGO_ENABLED=0", "GOTOOLCHAIN=local", "GOPROXY=off",
		"GOTELEMETRY=off", "GOENV=off", "GOFLAGS=-trimpath", modulesOff,
	}
	img.compile, img.run = tool+" build -o /tmp/main main.go", "/tmp/main"
	img.adapt = adaptGo
	img.allowCompiler(2*compileCPU, 1<<30, 256)
	img.limits.FileBytes = 256 << 20
	img.warmCache = func(ctx context.Context) error { return warmGoCache(ctx, tool, cache, img.env) }
	return img, img.setVersion("Go %s", lines[0], 2)
}

// warmGoCache fills the cache once per version of Go. It uses one processor and
// leaves the others to programs.
func warmGoCache(ctx context.Context, tool, cache string, env []string) error {
	done := filepath.Join(cache, "warmed")
	if _, err := os.Stat(done); err == nil {
		return nil
	}
	cmd := exec.CommandContext(ctx, tool, append([]string{"build", "-p", "1"}, strings.Fields(commonPackages)...)...)
	cmd.Dir = cache
	cmd.Env = append([]string{"PATH=/usr/bin:/bin", "HOME=" + cache, "TMPDIR=" + os.TempDir()}, env...)
	cmd.SysProcAttr = &syscall.SysProcAttr{Setpgid: true, Pdeathsig: syscall.SIGKILL}
	cmd.Cancel = func() error { return syscall.Kill(-cmd.Process.Pid, syscall.SIGKILL) }
	if err := cmd.Run(); err != nil {
		return fmt.Errorf("compile Go's standard library: %w", err)
	}
	return os.WriteFile(done, nil, 0o644)
}
