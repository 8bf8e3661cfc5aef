package main

import (
	"testing"

	"github.com/alecthomas/kong"

	"github.com/huimian/huimian/internal/app"
	"github.com/huimian/huimian/internal/cli"
)

// TestFlagsAreReachable: no flag of a command has the name of a flag of its
// parents, which kong would parse in its place.
func TestFlagsAreReachable(t *testing.T) {
	parser, err := kong.New(&commands{}, kong.Vars{"version": app.Version()}, cli.HelpVars())
	if err != nil {
		t.Fatal(err)
	}
	checked := 0
	for _, leaf := range parser.Model.Leaves(false) {
		names := map[string]bool{}
		for _, level := range leaf.AllFlags(false) {
			for _, flag := range level {
				if names[flag.Name] {
					t.Errorf("%s: --%s is declared twice", leaf.FullPath(), flag.Name)
				}
				names[flag.Name] = true
				checked++
			}
		}
	}
	if checked == 0 {
		t.Error("no flag was checked")
	}
}
