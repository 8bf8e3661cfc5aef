def overdue_parcels(events, today, limit):
    waiting = {}
    for event in events:
        day, action, parcel = event.split(" ")
        if action == "in":
            waiting[parcel] = int(day)
        else:
            waiting.pop(parcel, None)
    late = [(day, parcel) for parcel, day in waiting.items() if today - day > limit]
    return [parcel for _, parcel in sorted(late)]
