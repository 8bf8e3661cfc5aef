def seat_pairs(rows):
    return sum(row[i:i + 2] == ".." for row in rows for i in range(0, len(row), 2))
