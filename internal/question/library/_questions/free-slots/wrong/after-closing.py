def free_slots(busy, opens, closes, minutes):
    slots, free = [], opens
    for start, end in sorted(busy):
        if start - free >= minutes:
            slots.append([free, start])
        free = max(free, end)
    if closes - free >= minutes:
        slots.append([free, closes])
    return slots
