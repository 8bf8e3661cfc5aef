def assign_rooms(meetings):
    rooms, ends = [], []
    for start, stop in meetings:
        room = next((r for r, end in enumerate(ends) if end <= start), len(ends))
        if room == len(ends):
            ends.append(0)
        ends[room] = stop
        rooms.append(room + 1)
    return rooms
