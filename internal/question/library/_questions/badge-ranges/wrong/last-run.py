def badge_ranges(numbers):
    out, start, last = [], None, None
    for n in sorted(set(numbers)):
        if last is not None and n != last + 1:
            out.append(str(start) if start == last else f"{start}-{last}")
            start = n
        start = n if start is None else start
        last = n
    return ",".join(out)
