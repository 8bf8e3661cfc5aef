import re


def evaluate_cells(cells):
    values = {}
    for cell in cells:
        name, formula = cell.split("=")
        values[name] = sum((-1 if s == "-" else 1) * (int(t) if t.isdigit() else values.get(t, 0)) for s, t in re.findall(r"([+-]?)(\w+)", formula))
    return [str(values[c.split("=")[0]]) for c in cells]
