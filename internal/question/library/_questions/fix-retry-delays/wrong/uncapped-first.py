def retry_delays(first, limit, attempts):
    out, delay = [], first
    for _ in range(attempts - 1):
        out.append(delay)
        delay = min(delay * 2, limit)
    return out
