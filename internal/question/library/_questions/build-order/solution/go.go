package main

import (
	"slices"
	"strings"
)

func build_order(modules []string, needs []string) []string {
	missing := map[string]map[string]bool{}
	for _, m := range modules {
		missing[m] = map[string]bool{}
	}
	for _, need := range needs {
		m, required, _ := strings.Cut(need, ">")
		missing[m][required] = true
	}
	slices.Sort(modules)
	order := []string{}
	for len(modules) > 0 {
		n := slices.IndexFunc(modules, func(m string) bool { return len(missing[m]) == 0 })
		if n < 0 {
			return []string{}
		}
		built := modules[n]
		order = append(order, built)
		modules = slices.Delete(modules, n, n+1)
		for _, m := range modules {
			delete(missing[m], built)
		}
	}
	return order
}
