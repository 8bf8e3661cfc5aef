package v1

import (
	"bytes"
	"context"
	"fmt"
	"net/http"
	"reflect"

	"github.com/huimian/huimian/internal/apitoken"
	"github.com/huimian/huimian/internal/db"
	"github.com/huimian/huimian/internal/server/httpapi"
)

// storeResponse returns a hook that stores the response of an operation under the
// request's Idempotency-Key, in the transaction of the operation. respond maps the
// result to the response, which has the status.
func storeResponse[D, O any](a *API, status int, respond func(D, error) (*O, error)) db.BeforeCommit[D] {
	return func(ctx context.Context, tx *db.Tx, result D) error {
		req, ok := ctx.Value(keyRequest).(*apitoken.Request)
		if !ok {
			return nil
		}
		out, err := respond(result, nil)
		if err != nil {
			return err
		}
		stored, err := newStoredResponse(status, out)
		if err != nil {
			return err
		}
		return a.Tokens.StoreResponse(ctx, tx, *req, stored)
	}
}

// newStoredResponse encodes a response with the field Body, and its headers, as huma does.
func newStoredResponse[O any](status int, out *O) (*apitoken.StoredResponse, error) {
	stored := &apitoken.StoredResponse{Status: status, Header: map[string]string{"Cache-Control": "no-store", "Content-Type": "application/json"}}
	v := reflect.ValueOf(out).Elem()
	for _, f := range reflect.VisibleFields(v.Type()) {
		if name := f.Tag.Get("header"); name != "" {
			stored.Header[http.CanonicalHeaderKey(name)] = v.FieldByIndex(f.Index).String()
		}
	}
	var body bytes.Buffer
	if err := httpapi.JSONFormat.Marshal(&body, v.FieldByName("Body").Interface()); err != nil {
		return nil, fmt.Errorf("encoding a response: %w", err)
	}
	stored.Body = body.Bytes()
	return stored, nil
}
