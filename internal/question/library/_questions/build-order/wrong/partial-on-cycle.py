import heapq


def build_order(modules, needs):
    users, count = {m: [] for m in modules}, dict.fromkeys(modules, 0)
    for need in needs:
        m, r = need.split(">")
        users[r].append(m)
        count[m] += 1
    ready = sorted(m for m in modules if count[m] == 0)
    order = []
    while ready:
        m = heapq.heappop(ready)
        order.append(m)
        for u in users[m]:
            count[u] -= 1
            if count[u] == 0:
                heapq.heappush(ready, u)
    return order
