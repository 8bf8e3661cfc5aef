def next_page(ids, cursor, size):
    rest = [i for i in sorted(ids) if i > cursor]
    page = rest[:size]
    return page + [page[-1] if len(page) == size else -1]
