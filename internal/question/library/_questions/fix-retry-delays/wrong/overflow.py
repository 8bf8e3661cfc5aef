def retry_delays(first, limit, attempts):
    out = []
    for n in range(max(0, attempts - 1)):
        delay = (first << n) & ((1 << 64) - 1)
        delay = delay - (1 << 64) if delay >> 63 else delay
        out.append(min(delay, limit))
    return out
