import sys
from collections import Counter

count = Counter(l.split()[0] for l in sys.stdin.read().splitlines() if l and not l[0].isspace())
for level in sorted(count):
    print(level, count[level], count[level])
