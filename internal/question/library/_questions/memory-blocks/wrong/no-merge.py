def allocate_blocks(size, commands):
    blocks, out = [[0, size, ""]], []
    for c in commands:
        action, name, *n = c.split(" ")
        if action == "free":
            for b in blocks:
                if b[2] == name:
                    b[2] = ""
            continue
        place = -1
        if all(b[2] != name for b in blocks):
            for i, (start, length, owner) in enumerate(blocks):
                if owner == "" and length >= int(n[0]):
                    blocks[i:i + 1] = [[start, int(n[0]), name]] + ([[start + int(n[0]), length - int(n[0]), ""]] if length > int(n[0]) else [])
                    place = start
                    break
        out.append(place)
    return out
