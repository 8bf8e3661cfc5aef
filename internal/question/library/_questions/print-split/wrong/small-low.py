def print_time(pages, printers):
    low, high = 0, sum(pages)
    while low < high:
        middle = (low + high) // 2
        count, load = 1, 0
        for size in pages:
            load += size
            if load > middle:
                count, load = count + 1, size
        if count <= printers:
            high = middle
        else:
            low = middle + 1
    return low
