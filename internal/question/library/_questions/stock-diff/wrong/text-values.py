def stock_diff(before, after):
    old, new = (dict(l.rsplit("=", 1) for l in lines) for lines in (before, after))
    out = []
    for n in sorted(old.keys() | new.keys()):
        if n not in new:
            out.append("-" + n)
        elif n not in old:
            out.append("+" + n)
        elif old[n] != new[n]:
            out.append(f"~{n} {old[n]}>{new[n]}")
    return out
