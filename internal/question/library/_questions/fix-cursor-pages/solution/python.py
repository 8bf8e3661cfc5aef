def next_page(ids, cursor, size):
    rest = sorted(i for i in ids if i > cursor)
    page = rest[:size]
    more = page[-1] if len(rest) > size else -1
    return page + [more]
