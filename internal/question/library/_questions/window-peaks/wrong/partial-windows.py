def window_peaks(readings, size):
    return [max(readings[max(0, n - size + 1):n + 1]) for n in range(len(readings))]
