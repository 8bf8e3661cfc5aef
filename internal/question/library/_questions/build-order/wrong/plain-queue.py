from collections import deque


def build_order(modules, needs):
    users, count = {m: [] for m in modules}, dict.fromkeys(modules, 0)
    for need in needs:
        m, r = need.split(">")
        users[r].append(m)
        count[m] += 1
    ready = deque(sorted(m for m in modules if count[m] == 0))
    order = []
    while ready:
        m = ready.popleft()
        order.append(m)
        for u in sorted(users[m]):
            count[u] -= 1
            if count[u] == 0:
                ready.append(u)
    return order if len(order) == len(modules) else []
