from collections import OrderedDict


def ttl_cache(capacity, ttl, operations):
    entries, out = OrderedDict(), []
    for op in operations:
        now, action, key, *value = op.split(" ")
        now = int(now)
        if action == "get":
            if key in entries and entries[key][1] > now:
                entries.move_to_end(key)
                out.append(entries[key][0])
            else:
                out.append(-1)
        elif capacity > 0:
            entries.pop(key, None)
            if len(entries) == capacity:
                entries.popitem(last=False)
            entries[key] = (int(value[0]), now + ttl)
    return out
