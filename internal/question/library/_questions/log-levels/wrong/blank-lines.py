import sys

entries, lines, level = {}, {}, None
for line in sys.stdin:
    if not line.strip():
        continue
    if not line[0].isspace():
        level = line.split()[0]
        entries[level] = entries.get(level, 0) + 1
    if level:
        lines[level] = lines.get(level, 0) + 1
for level in sorted(entries):
    print(level, entries[level], lines[level])
