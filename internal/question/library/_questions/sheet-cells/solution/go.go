package main

import (
	"strconv"
	"strings"
)

const (
	unknown = iota
	active
	done
	cyclic
)

type sheet struct {
	formulas map[string]string
	values   map[string]int
	state    map[string]int
}

// evaluate returns false for a cell on a cycle, or that needs one.
func (s *sheet) evaluate(name string) bool {
	formula, exists := s.formulas[name]
	if !exists {
		return true
	}
	switch s.state[name] {
	case done:
		return true
	case active, cyclic:
		return false
	}
	s.state[name] = active
	total := 0
	for _, term := range strings.Fields(strings.NewReplacer("+", " ", "-", " -").Replace(formula)) {
		sign := 1
		if strings.HasPrefix(term, "-") {
			sign, term = -1, term[1:]
		}
		value, err := strconv.Atoi(term)
		if err != nil {
			if !s.evaluate(term) {
				s.state[name] = cyclic
				return false
			}
			value = s.values[term]
		}
		total += sign * value
	}
	s.state[name], s.values[name] = done, total
	return true
}

func evaluate_cells(cells []string) []string {
	s := sheet{map[string]string{}, map[string]int{}, map[string]int{}}
	names := []string{}
	for _, cell := range cells {
		name, formula, _ := strings.Cut(cell, "=")
		names = append(names, name)
		s.formulas[name] = formula
	}
	results := []string{}
	for _, name := range names {
		if s.evaluate(name) {
			results = append(results, strconv.Itoa(s.values[name]))
		} else {
			results = append(results, "#CYCLE")
		}
	}
	return results
}
