// Package acmecheck contains the test of the built-in TLS against an ACME server.
package acmecheck
