// Package bench compares package wecom with its peers and with net/http alone.
// It is a separate module, so that the product never depends on a peer. It
// consists of tests; `make` prints the table in docs/performance.md.
package bench
