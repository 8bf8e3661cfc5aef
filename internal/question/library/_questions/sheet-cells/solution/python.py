import re


def evaluate_cells(cells):
    formulas = dict(cell.split("=") for cell in cells)
    users = {name: [] for name in formulas}
    missing = {}
    for name, formula in formulas.items():
        needs = set(re.findall(r"[A-Z]+\d+", formula)) & formulas.keys()
        missing[name] = len(needs)
        for need in needs:
            users[need].append(name)
    values, ready = {}, [name for name in formulas if missing[name] == 0]
    for name in ready:
        total = 0
        for sign, term in re.findall(r"([+-]?)(\w+)", formulas[name]):
            value = int(term) if term.isdigit() else values.get(term, 0)
            total += -value if sign == "-" else value
        values[name] = total
        for user in users[name]:
            missing[user] -= 1
            if missing[user] == 0:
                ready.append(user)
    return [str(values.get(name, "#CYCLE")) for name in formulas]
