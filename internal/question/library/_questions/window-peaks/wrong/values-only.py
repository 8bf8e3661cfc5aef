from collections import deque


def window_peaks(readings, size):
    best, peaks = deque(), []
    for n, r in enumerate(readings):
        while best and best[-1] <= r:
            best.pop()
        best.append(r)
        if n >= size and readings[n - size] == best[0]:
            best.popleft()
        if n >= size - 1:
            peaks.append(best[0])
    return peaks
