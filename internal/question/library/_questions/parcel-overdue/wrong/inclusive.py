def overdue_parcels(events, today, limit):
    waiting = {}
    for event in events:
        day, action, parcel = event.split(" ")
        if action == "in":
            waiting[parcel] = int(day)
        else:
            waiting.pop(parcel, None)
    return [p for d, p in sorted((d, p) for p, d in waiting.items() if today - d >= limit)]
