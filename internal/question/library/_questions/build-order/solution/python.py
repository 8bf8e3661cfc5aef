import heapq


def build_order(modules, needs):
    users = {module: [] for module in modules}
    open_needs = dict.fromkeys(modules, 0)
    for need in needs:
        module, required = need.split(">")
        users[required].append(module)
        open_needs[module] += 1
    ready = [module for module in modules if open_needs[module] == 0]
    heapq.heapify(ready)
    order = []
    while ready:
        module = heapq.heappop(ready)
        order.append(module)
        for user in users[module]:
            open_needs[user] -= 1
            if open_needs[user] == 0:
                heapq.heappush(ready, user)
    return order if len(order) == len(modules) else []
