// Package page contains the pages of the simulator with their scripts and styles.
package page

import (
	"embed"
	"io/fs"

	"github.com/huimian/huimian/internal/simulator/webpage"
)

//go:embed assets
var files embed.FS

// Site serves the pages. They may run their own scripts and styles, and show the résumé and evaluation
// pages of the application in frames.
var Site = webpage.Site{Files: assets(), Policy: "default-src 'none'; script-src 'self'; style-src 'self'; connect-src 'self'; " +
	"img-src 'self' data:; frame-src http: https:; base-uri 'none'; form-action 'self'; frame-ancestors 'none'"}

func assets() fs.FS {
	out, err := fs.Sub(files, "assets")
	if err != nil {
		panic(err) // the folder is named in the embed directive above
	}
	return out
}
