import heapq


def assign_rooms(meetings):
    rooms, busy = [0] * len(meetings), []
    for n in sorted(range(len(meetings)), key=lambda n: (meetings[n][0], n)):
        start, end = meetings[n]
        rooms[n] = heapq.heappop(busy)[1] if busy and busy[0][0] <= start else len(busy) + 1
        heapq.heappush(busy, (end, rooms[n]))
    return rooms
