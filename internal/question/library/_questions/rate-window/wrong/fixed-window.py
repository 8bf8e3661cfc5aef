from collections import Counter


def rate_window(requests, limit, window):
    count, out = Counter(), []
    for r in requests:
        s, u = r.split(" ")
        key = (u, int(s) // window)
        out.append(count[key] < limit)
        if out[-1]:
            count[key] += 1
    return out
