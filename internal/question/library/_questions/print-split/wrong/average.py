def print_time(pages, printers):
    limit = max(max(pages, default=0), -(-sum(pages) // printers))
    worst = load = 0
    for size in pages:
        if load + size > limit:
            load = 0
        load += size
        worst = max(worst, load)
    return worst
