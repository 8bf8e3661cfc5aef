import heapq


def cheapest_route(roads, towns, coupons):
    near = [[] for _ in range(towns)]
    for a, b, toll in roads:
        near[a].append((b, toll))
        near[b].append((a, toll))
    best = {(0, 0): 0}
    queue = [(0, 0, 0)]
    while queue:
        paid, town, used = heapq.heappop(queue)
        if town == towns - 1:
            return paid
        if paid > best[town, used]:
            continue
        for other, toll in near[town]:
            for cost, spent in ((paid + toll, used), (paid, used + 1)):
                if spent <= coupons and cost < best.get((other, spent), float("inf")):
                    best[other, spent] = cost
                    heapq.heappush(queue, (cost, other, spent))
    return -1
