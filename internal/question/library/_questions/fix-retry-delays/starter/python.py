def to_int64(number):
    """The integers of the device have 64 bits."""
    number &= (1 << 64) - 1
    return number - (1 << 64) if number >> 63 else number


def retry_delays(first, limit, attempts):
    delays = []
    for n in range(attempts):
        delay = to_int64(first << n)
        if delay > limit:
            delay = limit
        delays.append(delay)
    return delays
