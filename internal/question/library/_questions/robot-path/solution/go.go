package main

func robot_steps(floor []string) int {
	type cell struct{ row, column int }
	var frontier, lifts []cell
	seen := map[cell]bool{}
	for r, line := range floor {
		for c, kind := range line {
			switch kind {
			case 'S':
				frontier = append(frontier, cell{r, c})
				seen[cell{r, c}] = true
			case '1':
				lifts = append(lifts, cell{r, c})
			}
		}
	}
	for steps := 0; len(frontier) > 0; steps++ {
		var next []cell
		for _, at := range frontier {
			kind := floor[at.row][at.column]
			if kind == 'T' {
				return steps
			}
			near := []cell{{at.row + 1, at.column}, {at.row - 1, at.column}, {at.row, at.column + 1}, {at.row, at.column - 1}}
			if kind == '1' {
				near = append(near, lifts...)
			}
			for _, to := range near {
				if to.row < 0 || to.row >= len(floor) || to.column < 0 || to.column >= len(floor[to.row]) || seen[to] || floor[to.row][to.column] == '#' {
					continue
				}
				seen[to] = true
				next = append(next, to)
			}
		}
		frontier = next
	}
	return -1
}
