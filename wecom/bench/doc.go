// Package bench sets package wecom beside its peers and beside net/http alone.
// It is a module of its own, so that the product never depends on a peer. All
// of it is tests; `make` prints the table that docs/performance.md quotes.
package bench
