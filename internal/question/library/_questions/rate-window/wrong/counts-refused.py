from collections import defaultdict, deque


def rate_window(requests, limit, window):
    seen, out = defaultdict(deque), []
    for r in requests:
        s, u = r.split(" ")
        q, now = seen[u], int(s)
        while q and q[0] <= now - window:
            q.popleft()
        out.append(len(q) < limit)
        q.append(now)
    return out
