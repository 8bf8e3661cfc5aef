def free_slots(busy, opens, closes, minutes):
    slots, free = [], opens
    for start, end in sorted(busy) + [[closes, closes]]:
        start = min(start, closes)
        if start - free > minutes:
            slots.append([free, start])
        free = max(free, end)
    return slots
