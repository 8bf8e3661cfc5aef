def merge_contacts(cards):
    parent = list(range(len(cards)))

    def find(n):
        while parent[n] != n:
            parent[n] = parent[parent[n]]
            n = parent[n]
        return n

    owner = {}
    for n, card in enumerate(cards):
        for value in card:
            a, b = find(owner.setdefault(value, n)), find(n)
            parent[max(a, b)] = min(a, b)
    groups = {}
    for n in range(len(cards)):
        groups.setdefault(find(n), []).append(n)
    return list(groups.values())
