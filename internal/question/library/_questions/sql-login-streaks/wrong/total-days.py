import sqlite3
import sys

# The tables of the case, with their rows.
db = sqlite3.connect(":memory:")
db.executescript(sys.stdin.read())

QUERY = """
SELECT member, MIN(day), COUNT(DISTINCT day) FROM logins GROUP BY member HAVING COUNT(DISTINCT day) >= 3 ORDER BY member
"""

for row in db.execute(QUERY):
    print(*row, sep=" | ")
