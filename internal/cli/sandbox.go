package cli

import (
	"context"
	"fmt"
	"log/slog"
	"os"

	"github.com/huimian/huimian/internal/app"
	"github.com/huimian/huimian/internal/sandbox"
)

// StartSandbox starts a sandbox in a temporary folder, since that of the settings may be in use by
// a server. The returned function removes the folder when no program runs.
func StartSandbox(ctx context.Context, host app.SandboxHost) (sandbox.Runner, func(), error) {
	dir, err := os.MkdirTemp("", "huimian-sandbox-")
	if err != nil {
		return nil, nil, fmt.Errorf("creating a folder: %w", err)
	}
	remove := func() { _ = os.RemoveAll(dir) }
	settings := host.Settings(slog.New(slog.DiscardHandler))
	settings.Root = dir
	r, err := sandbox.New(ctx, settings)
	if err == nil {
		err = r.Ready()
	}
	if err != nil {
		remove()
		return nil, nil, err
	}
	return r, remove, nil
}
