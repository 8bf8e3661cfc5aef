def allocate_blocks(size, commands):
    blocks = {}  # by name: [start, end]
    results = []
    for command in commands:
        action, name, *amount = command.split(" ")
        if action == "free":
            blocks.pop(name, None)
            continue
        start, place = 0, -1
        if name not in blocks:
            for first, end in sorted(blocks.values()) + [[size, size]]:
                if first - start >= int(amount[0]):
                    place = start
                    break
                start = end
        if place >= 0:
            blocks[name] = [place, place + int(amount[0])]
        results.append(place)
    return results
