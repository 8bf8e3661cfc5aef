def build_order(modules, needs):
    required = {m: set() for m in modules}
    for need in needs:
        m, r = need.split(">")
        required[m].add(r)
    order, state = [], {}

    def visit(m):
        if state.get(m) == 1:
            raise ValueError
        if m in state:
            return
        state[m] = 1
        for r in sorted(required[m]):
            visit(r)
        state[m] = 2
        order.append(m)

    try:
        for m in sorted(modules):
            visit(m)
    except ValueError:
        return []
    return order
