def roster_history(changes):
    roster, history = [], []
    for change in changes:
        action, name = change[0], change[1:]
        if action == "+":
            roster.append(name)
        if action == "-" and name in roster:
            roster.remove(name)
        history.append(list(roster))
    return history
