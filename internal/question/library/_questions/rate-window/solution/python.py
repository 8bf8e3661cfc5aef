from collections import defaultdict, deque


def rate_window(requests, limit, window):
    accepted = defaultdict(deque)
    result = []
    for request in requests:
        second, user = request.split(" ")
        recent, now = accepted[user], int(second)
        while recent and recent[0] <= now - window:
            recent.popleft()
        allowed = len(recent) < limit
        if allowed:
            recent.append(now)
        result.append(allowed)
    return result
