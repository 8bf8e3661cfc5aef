import heapq


def assign_rooms(meetings):
    rooms = [0] * len(meetings)
    free, busy, created = [], [], 0
    for n in sorted(range(len(meetings)), key=lambda n: (meetings[n][0], n)):
        start, end = meetings[n]
        while busy and busy[0][0] <= start:
            heapq.heappush(free, heapq.heappop(busy)[1])
        if not free:
            created += 1
            free.append(created)
        rooms[n] = heapq.heappop(free)
        heapq.heappush(busy, (end, rooms[n]))
    return rooms
