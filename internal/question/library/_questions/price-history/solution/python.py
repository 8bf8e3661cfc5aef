from bisect import bisect_right


def price_history(changes, queries):
    prices = {}
    for change in changes:
        item, day, price = change.split(" ")
        prices.setdefault(item, {})[int(day)] = int(price)
    days = {item: sorted(by_day) for item, by_day in prices.items()}
    results = []
    for query in queries:
        item, day = query.split(" ")
        found = bisect_right(days.get(item, []), int(day))
        results.append(prices[item][days[item][found - 1]] if found else -1)
    return results
