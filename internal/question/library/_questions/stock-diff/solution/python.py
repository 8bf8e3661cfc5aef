def stock_diff(before, after):
    def read(lines):
        return {name: int(count) for name, count in (line.rsplit("=", 1) for line in lines)}

    old, new = read(before), read(after)
    changes = []
    for name in sorted(old.keys() | new.keys()):
        if name not in new:
            changes.append("-" + name)
        elif name not in old:
            changes.append("+" + name)
        elif old[name] != new[name]:
            changes.append(f"~{name} {old[name]}>{new[name]}")
    return changes
