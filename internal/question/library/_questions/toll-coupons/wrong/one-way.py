import heapq


def cheapest_route(roads, towns, coupons):
    near = [[] for _ in range(towns)]
    for a, b, toll in roads:
        near[a].append((b, toll))
    best, queue = {}, [(0, 0, 0)]
    while queue:
        paid, town, used = heapq.heappop(queue)
        if town == towns - 1:
            return paid
        if (town, used) in best:
            continue
        best[town, used] = paid
        for other, toll in near[town]:
            heapq.heappush(queue, (paid + toll, other, used))
            if used < coupons:
                heapq.heappush(queue, (paid, other, used + 1))
    return -1
