def badge_ranges(numbers):
    parts = []
    run = []
    for n in sorted(set(numbers)):
        if run and n == run[1] + 1:
            run[1] = n
        else:
            run = [n, n]
            parts.append(run)
    return ",".join(str(a) if a == b else f"{a}-{b}" for a, b in parts)
