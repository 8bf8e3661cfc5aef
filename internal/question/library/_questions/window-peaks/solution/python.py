from collections import deque


def window_peaks(readings, size):
    candidates = deque()  # indexes with falling readings
    peaks = []
    for n, reading in enumerate(readings):
        while candidates and readings[candidates[-1]] <= reading:
            candidates.pop()
        candidates.append(n)
        if candidates[0] <= n - size:
            candidates.popleft()
        if n >= size - 1:
            peaks.append(readings[candidates[0]])
    return peaks
