package server

import (
	"context"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"testing"
	"time"

	"github.com/huimian/huimian/internal/server/httpapi"
)

func TestOperationsEnd(t *testing.T) {
	mux := http.NewServeMux()
	r := registrar{api: newAPI(mux), logger: slog.New(slog.DiscardHandler)}
	left := map[string]time.Duration{}
	for path, one := range map[string]registrar{"operation": r, "batch": r.forBatches()} {
		register(one, "GET /api/"+path, path, path, func(ctx context.Context, _ *struct{}) (*struct{}, error) {
			end, _ := ctx.Deadline()
			left[path] = time.Until(end)
			return nil, nil
		})
		mux.ServeHTTP(httptest.NewRecorder(), httptest.NewRequest(http.MethodGet, "/api/"+path, nil))
	}
	if got := left["operation"]; got <= 0 || got > httpapi.OperationTimeout {
		t.Errorf("an operation ends after %v", got)
	}
	if got := left["batch"]; got <= httpapi.OperationTimeout || got > batchTimeout {
		t.Errorf("a batch ends after %v", got)
	}
}
