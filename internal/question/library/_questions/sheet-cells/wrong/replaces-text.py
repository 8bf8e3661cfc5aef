import re


def evaluate_cells(cells):
    formulas = dict(c.split("=") for c in cells)
    out = []
    for name in formulas:
        text = formulas[name]
        for _ in range(500):
            found = next((n for n in formulas if n in text), None)
            if found is None:
                break
            text = text.replace(found, "(" + formulas[found] + ")")
            if len(text) > 5000:
                break
        text = re.sub(r"[A-Z]+\d+", "0", text) if not any(n in text for n in formulas) else None
        out.append(str(eval(text)) if text else "#CYCLE")
    return out
