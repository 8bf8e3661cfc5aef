from collections import OrderedDict


def ttl_cache(capacity, ttl, operations):
    entries, out = OrderedDict(), []
    for op in operations:
        now, action, key, *value = op.split(" ")
        now = int(now)
        for old in [k for k, e in entries.items() if e[1] <= now]:
            del entries[old]
        if action == "get":
            if key in entries:
                entries[key] = (entries[key][0], now + ttl)
                entries.move_to_end(key)
            out.append(entries.get(key, (-1,))[0])
        elif capacity > 0:
            entries.pop(key, None)
            if len(entries) == capacity:
                entries.popitem(last=False)
            entries[key] = (int(value[0]), now + ttl)
    return out
