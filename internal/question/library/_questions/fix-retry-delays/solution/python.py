def retry_delays(first, limit, attempts):
    delays, delay = [], min(first, limit)
    for _ in range(attempts - 1):
        delays.append(delay)
        delay = min(delay * 2, limit)
    return delays
