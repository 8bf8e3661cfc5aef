def allocate_blocks(size, commands):
    blocks, out = {}, []
    for c in commands:
        action, name, *n = c.split(" ")
        if action == "free":
            blocks.pop(name, None)
            continue
        start, place = 0, -1
        for a, b in sorted(blocks.values()) + [(size, size)]:
            if a - start >= int(n[0]):
                place = start
                break
            start = b
        if place >= 0:
            blocks[name] = (place, place + int(n[0]))
        out.append(place)
    return out
