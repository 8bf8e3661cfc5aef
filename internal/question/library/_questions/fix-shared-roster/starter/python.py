def roster_history(changes, history=[]):
    roster = []
    for change in changes:
        action, name = change[0], change[1:]
        if action == "+":
            roster.append(name)
        if action == "-":
            roster.remove(name)
        history.append(roster)
    return history
