import heapq


def cheapest_route(roads, towns, coupons):
    near = [[] for _ in range(towns)]
    for a, b, toll in roads:
        near[a].append((b, toll))
        near[b].append((a, toll))
    queue, done = [(0, 0, [])], set()
    while queue:
        paid, town, tolls = heapq.heappop(queue)
        if town == towns - 1:
            return sum(sorted(tolls)[: max(0, len(tolls) - coupons)])
        if town in done:
            continue
        done.add(town)
        for other, toll in near[town]:
            heapq.heappush(queue, (paid + toll, other, tolls + [toll]))
    return -1
