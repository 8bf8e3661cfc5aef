def evaluate_cells(cells):
    import re
    formulas = dict(c.split("=") for c in cells)
    values, active = {}, []

    def value(name):
        if name not in formulas:
            return 0
        if name in active:
            for n in active[active.index(name):]:
                values[n] = "#CYCLE"
            return 0
        if name not in values:
            active.append(name)
            total = sum((-1 if s == "-" else 1) * (int(t) if t.isdigit() else (lambda v: 0 if v == "#CYCLE" else v)(value(t))) for s, t in re.findall(r"([+-]?)(\w+)", formulas[name]))
            active.pop()
            values.setdefault(name, total)
        return values[name]

    return [str(value(n)) for n in formulas]
