def print_time(pages, printers):
    def needed(limit):
        count, load = 1, 0
        for size in pages:
            if load + size > limit:
                count, load = count + 1, 0
            load += size
        return count

    low, high = max(pages, default=0), sum(pages)
    while low < high:
        middle = (low + high) // 2
        if needed(middle) <= printers:
            high = middle
        else:
            low = middle + 1
    return low
