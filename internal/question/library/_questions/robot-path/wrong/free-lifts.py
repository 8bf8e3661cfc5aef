from collections import deque


def robot_steps(floor):
    lifts = [(r, c) for r, l in enumerate(floor) for c, x in enumerate(l) if x == "1"]
    start = next((r, l.index("S")) for r, l in enumerate(floor) if "S" in l)
    steps, queue = {start: 0}, deque([start])
    while queue:
        r, c = at = queue.popleft()
        if floor[r][c] == "T":
            return steps[at]
        if floor[r][c] == "1":
            for to in lifts:
                if to not in steps:
                    steps[to] = steps[at]
                    queue.appendleft(to)
        for to in ((r + 1, c), (r - 1, c), (r, c + 1), (r, c - 1)):
            if 0 <= to[0] < len(floor) and 0 <= to[1] < len(floor[0]) and floor[to[0]][to[1]] != "#" and to not in steps:
                steps[to] = steps[at] + 1
                queue.append(to)
    return -1
