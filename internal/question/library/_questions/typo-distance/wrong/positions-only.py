def typo_distance(typed, meant):
    i = count = 0
    while i < min(len(typed), len(meant)):
        if typed[i] != meant[i]:
            count += 1
            if typed[i:i + 2] == meant[i:i + 2][::-1]:
                i += 1
        i += 1
    return count + abs(len(typed) - len(meant))
