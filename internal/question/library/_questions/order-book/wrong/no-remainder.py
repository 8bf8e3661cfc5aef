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
        done = False
        while amount and other:
            key, first = other[0]
            if left[first] == 0:
                heapq.heappop(other)
                continue
            if abs(key) > price if action == "buy" else abs(key) < price:
                break
            done = True
            size = min(amount, left[first])
            amount -= size
            left[first] -= size
            b, s = (n, first) if action == "buy" else (first, n)
            trades.append(f"{b}-{s} {size}@{abs(key)}")
        left[n] = 0 if done else amount
        if left[n]:
            heapq.heappush(books[action], (-price if action == "buy" else price, n))
    return trades
