// Package previewframe serves the document in which browsers show the pages that participants
// write. The pages have scripts, so the document has an origin of its own, from which neither the
// application nor the network can be reached.
package previewframe

import (
	_ "embed"
	"net/http"
)

// Path is the path of the document.
const Path = "/preview-frame"

// policy isolates the document. Forms may be submitted to the page's own listeners, but no
// address is a permitted target. The files of a page are blobs and data URLs that the document
// creates.
const policy = "sandbox allow-scripts allow-forms; default-src 'none'; script-src 'unsafe-inline' 'unsafe-eval' blob:; " +
	"style-src 'unsafe-inline' blob:; img-src data: blob:; font-src data:; media-src data:; connect-src 'none'; " +
	"frame-src 'none'; worker-src 'none'; base-uri 'none'; form-action 'none'; frame-ancestors 'self'"

// permissions are the features of the browser that the pages cannot use.
const permissions = "camera=(), geolocation=(), microphone=(), payment=(), usb=(), display-capture=(), fullscreen=(), clipboard-read=(), clipboard-write=()"

//go:embed frame.html
var frame []byte

// Serve serves the document. Only pages of the application may embed it.
func Serve(w http.ResponseWriter, _ *http.Request) {
	h := w.Header()
	h.Set("Content-Security-Policy", policy)
	h.Set("Permissions-Policy", permissions)
	h.Set("X-Frame-Options", "SAMEORIGIN")
	h.Set("X-DNS-Prefetch-Control", "off")
	h.Set("Referrer-Policy", "no-referrer")
	h.Set("Cache-Control", "no-cache")
	h.Set("Content-Type", "text/html; charset=utf-8")
	_, _ = w.Write(frame) // an error: the client has disconnected
}
