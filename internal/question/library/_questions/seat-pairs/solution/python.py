def seat_pairs(rows):
    return sum(len(run) // 2 for row in rows for run in row.split("x"))
