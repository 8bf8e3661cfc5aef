def assign_rooms(meetings):
    rooms, ends = [0] * len(meetings), []
    for n in sorted(range(len(meetings)), key=lambda n: (meetings[n][0], n)):
        room = next((r for r, end in enumerate(ends) if end < meetings[n][0]), len(ends))
        if room == len(ends):
            ends.append(0)
        ends[room] = meetings[n][1]
        rooms[n] = room + 1
    return rooms
