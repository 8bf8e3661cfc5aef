from bisect import bisect_left


def price_history(changes, queries):
    prices = {}
    for c in changes:
        item, day, price = c.split(" ")
        prices.setdefault(item, {})[int(day)] = int(price)
    out = []
    for q in queries:
        item, day = q.split(" ")
        days = sorted(prices.get(item, {}))
        n = bisect_left(days, int(day))
        out.append(prices[item][days[n - 1]] if n else -1)
    return out
