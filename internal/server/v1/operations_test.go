package v1

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
	a := &API{Config: Config{Logger: slog.New(slog.DiscardHandler)}}
	var left time.Duration
	register(registrar{api: a, huma: newAPI(mux)}, "", "GET /probes", "probe", "Probe", "", func(ctx context.Context, _ *struct{}) (*struct{}, error) {
		end, _ := ctx.Deadline()
		left = time.Until(end)
		return nil, nil
	})
	mux.ServeHTTP(httptest.NewRecorder(), httptest.NewRequest(http.MethodGet, Prefix+"/probes", nil))
	if left <= 0 || left > httpapi.OperationTimeout {
		t.Errorf("an operation ends after %v", left)
	}
}
