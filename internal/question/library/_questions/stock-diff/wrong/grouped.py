def stock_diff(before, after):
    def read(lines):
        return {n: int(c) for n, c in (l.rsplit("=", 1) for l in lines)}
    old, new = read(before), read(after)
    return (["-" + n for n in sorted(old.keys() - new.keys())] + ["+" + n for n in sorted(new.keys() - old.keys())]
            + [f"~{n} {old[n]}>{new[n]}" for n in sorted(old.keys() & new.keys()) if old[n] != new[n]])
