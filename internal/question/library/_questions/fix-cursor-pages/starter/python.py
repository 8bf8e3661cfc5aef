def next_page(ids, cursor, size):
    rest = [i for i in sorted(ids) if i >= cursor]
    page = rest[:size]
    more = page[-1] if len(page) == size else -1
    return page + [more]
