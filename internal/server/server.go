// Package server speaks HTTP: the JSON API, sign-in, the rooms' sockets, the
// front end's files. A handler finds out who asks, reads the request, calls a
// feature and answers; every rule is in the feature. It imports the features,
// never a database driver and never the WeCom client.
package server

import (
	"log/slog"
	"net/http"
)

// Server answers all requests of the product.
type Server struct {
	log *slog.Logger
	mux *http.ServeMux
}
