// Package deploycheck contains the tests of deploy/: each name of a setting, command, Makefile target or metric
// in it exists in the product. It reads the product's sources and documentation and imports neither.
package deploycheck
