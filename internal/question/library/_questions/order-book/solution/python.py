import heapq


def match_orders(orders):
    books = {"buy": [], "sell": []}
    left, trades = {}, []
    for number, order in enumerate(orders):
        action, *values = order.split(" ")
        if action == "cancel":
            left[int(values[0])] = 0
            continue
        price, amount = map(int, values)
        other = books["sell" if action == "buy" else "buy"]
        while amount and other:
            key, first = other[0]
            best = abs(key)
            if left[first] == 0:
                heapq.heappop(other)
                continue
            if best > price if action == "buy" else best < price:
                break
            size = min(amount, left[first])
            amount -= size
            left[first] -= size
            buyer, seller = (number, first) if action == "buy" else (first, number)
            trades.append(f"{buyer}-{seller} {size}@{best}")
        left[number] = amount
        if amount:
            heapq.heappush(books[action], (-price if action == "buy" else price, number))
    return trades
