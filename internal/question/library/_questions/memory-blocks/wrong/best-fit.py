def allocate_blocks(size, commands):
    blocks, out = {}, []
    for c in commands:
        action, name, *n = c.split(" ")
        if action == "free":
            blocks.pop(name, None)
            continue
        start, holes = 0, []
        for a, b in sorted(blocks.values()) + [(size, size)]:
            if a - start >= int(n[0]):
                holes.append((a - start, start))
            start = b
        place = min(holes)[1] if holes and name not in blocks else -1
        if place >= 0:
            blocks[name] = (place, place + int(n[0]))
        out.append(place)
    return out
