def retry_delays(first, limit, attempts):
    return [min(first * 2 ** n, limit) for n in range(attempts)]
