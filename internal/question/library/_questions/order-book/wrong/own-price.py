import heapq


def match_orders(orders):
    books, left, trades = {"buy": [], "sell": []}, {}, []
    for n, order in enumerate(orders):
        action, *v = order.split(" ")
        if action == "cancel":
            left[int(v[0])] = 0
            continue
        price, amount = map(int, v)
        other = books["sell" if action == "buy" else "buy"]
        while amount and other:
            key, first = other[0]
            if left[first] == 0:
                heapq.heappop(other)
                continue
            if abs(key) > price if action == "buy" else abs(key) < price:
                break
            size = min(amount, left[first])
            amount -= size
            left[first] -= size
            b, s = (n, first) if action == "buy" else (first, n)
            trades.append(f"{b}-{s} {size}@{price}")
        left[n] = amount
        if amount:
            heapq.heappush(books[action], (-price if action == "buy" else price, n))
    return trades
