from collections import deque


def robot_steps(floor):
    lifts, start = [], None
    for row, line in enumerate(floor):
        for column, cell in enumerate(line):
            if cell == "S":
                start = (row, column)
            if cell == "1":
                lifts.append((row, column))
    steps, queue = {start: 0}, deque([start])
    while queue:
        row, column = place = queue.popleft()
        if floor[row][column] == "T":
            return steps[place]
        near = [(row + 1, column), (row - 1, column), (row, column + 1), (row, column - 1)]
        if floor[row][column] == "1":
            near, lifts = near + lifts, []
        for r, c in near:
            if 0 <= r < len(floor) and 0 <= c < len(floor[r]) and floor[r][c] != "#" and (r, c) not in steps:
                steps[r, c] = steps[place] + 1
                queue.append((r, c))
    return -1
