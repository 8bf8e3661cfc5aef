from bisect import bisect_right


def price_history(changes, queries):
    prices = {}
    for c in changes:
        item, day, price = c.split(" ")
        prices.setdefault(item, []).append((int(day), int(price)))
    out = []
    for q in queries:
        item, day = q.split(" ")
        rows = sorted(prices.get(item, []))
        n = bisect_right(rows, (int(day), float("inf")))
        out.append(rows[n - 1][1] if n else -1)
    return out
