def next_page(ids, cursor, size):
    rest = [i for i in sorted(ids) if i > cursor]
    return rest[:size] + [rest[size] if len(rest) > size else -1]
