import heapq


def print_time(pages, printers):
    loads = [0] * printers
    for size in sorted(pages, reverse=True):
        heapq.heapreplace(loads, loads[0] + size)
    return max(loads)
