def longest_streak(days):
    known = set(days)
    best = []
    for day in known:
        if day - 1 in known:
            continue
        length = 1
        while day + length in known:
            length += 1
        if not best or length > best[1] or length == best[1] and day < best[0]:
            best = [day, length]
    return best
