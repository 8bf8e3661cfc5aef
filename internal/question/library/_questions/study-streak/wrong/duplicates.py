def longest_streak(days):
    best, start, length = [], 0, 0
    last = None
    for day in sorted(days):
        if last is not None and day == last + 1:
            length += 1
        else:
            start, length = day, 1
        last = day
        if not best or length > best[1]:
            best = [start, length]
    return best
