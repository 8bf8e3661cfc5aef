from collections import OrderedDict


def ttl_cache(capacity, ttl, operations):
    entries = OrderedDict()  # the least recently used key first
    results = []
    for operation in operations:
        now, action, key, *value = operation.split(" ")
        now = int(now)
        for old in [k for k, (_, expires) in entries.items() if expires <= now]:
            del entries[old]
        if action == "get":
            if key in entries:
                entries.move_to_end(key)
            results.append(entries.get(key, (-1,))[0])
        elif capacity > 0:
            entries.pop(key, None)
            if len(entries) == capacity:
                entries.popitem(last=False)
            entries[key] = (int(value[0]), now + ttl)
    return results
