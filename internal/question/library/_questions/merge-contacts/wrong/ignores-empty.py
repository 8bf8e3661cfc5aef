def merge_contacts(cards):
    groups = []
    for n, card in enumerate(cards):
        if not card:
            continue
        hits = [g for g in groups if g[0] & set(card)]
        merged = (set(card).union(*(g[0] for g in hits)), sorted([n] + [m for g in hits for m in g[1]]))
        groups = [g for g in groups if g not in hits] + [merged]
    return sorted(g[1] for g in groups)
