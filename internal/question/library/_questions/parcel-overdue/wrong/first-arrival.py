def overdue_parcels(events, today, limit):
    arrived, gone = {}, set()
    for event in events:
        day, action, parcel = event.split(" ")
        if action == "in":
            arrived.setdefault(parcel, int(day))
        else:
            gone.add(parcel)
    return [p for d, p in sorted((d, p) for p, d in arrived.items() if p not in gone and today - d > limit)]
