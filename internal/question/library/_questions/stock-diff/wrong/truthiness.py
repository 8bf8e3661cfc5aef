def stock_diff(before, after):
    def read(lines):
        return {n: int(c) for n, c in (l.rsplit("=", 1) for l in lines)}
    old, new = read(before), read(after)
    out = []
    for n in sorted(old.keys() | new.keys()):
        if not new.get(n):
            out.append("-" + n)
        elif not old.get(n):
            out.append("+" + n)
        elif old[n] != new[n]:
            out.append(f"~{n} {old[n]}>{new[n]}")
    return out
