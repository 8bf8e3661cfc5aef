def seat_pairs(rows):
    return sum(len(run) // 2 for run in "".join(rows).split("x"))
