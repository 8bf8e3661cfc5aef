def merge_contacts(cards):
    groups = []
    for n, card in enumerate(cards):
        for values, members in groups:
            if values & set(card):
                values |= set(card)
                members.append(n)
                break
        else:
            groups.append((set(card), [n]))
    return [members for _, members in groups]
