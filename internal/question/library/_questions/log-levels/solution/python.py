import sys

entries, lines = {}, {}
level = None
for line in sys.stdin.read().splitlines():
    if line and not line[0].isspace():
        level = line.split()[0]
        entries[level] = entries.get(level, 0) + 1
    if level is not None:
        lines[level] = lines.get(level, 0) + 1
for level in sorted(entries):
    print(level, entries[level], lines[level])
