def price_history(changes, queries):
    out = []
    for q in queries:
        item, day = q.split(" ")
        price = -1
        for c in changes:
            i, d, p = c.split(" ")
            if i == item and int(d) <= int(day):
                price = int(p)
        out.append(price)
    return out
