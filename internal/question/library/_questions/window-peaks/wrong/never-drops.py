def window_peaks(readings, size):
    peaks, best = [], None
    for n, r in enumerate(readings):
        best = r if best is None or r > best else best
        if n >= size - 1:
            peaks.append(best)
    return peaks
