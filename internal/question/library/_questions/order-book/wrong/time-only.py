def match_orders(orders):
    book, trades = [], []
    for n, order in enumerate(orders):
        action, *v = order.split(" ")
        if action == "cancel":
            book = [o for o in book if o[0] != int(v[0])]
            continue
        price, amount = map(int, v)
        for o in book:
            if amount and o[3] and o[1] != action and (o[2] <= price if action == "buy" else o[2] >= price):
                size = min(amount, o[3])
                amount -= size
                o[3] -= size
                b, s = (n, o[0]) if action == "buy" else (o[0], n)
                trades.append(f"{b}-{s} {size}@{o[2]}")
        book.append([n, action, price, amount])
    return trades
