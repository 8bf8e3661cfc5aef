import sqlite3
import sys

# The tables of the case, with their rows.
db = sqlite3.connect(":memory:")
db.executescript(sys.stdin.read())

QUERY = """
SELECT DISTINCT m.name FROM members m LEFT JOIN orders o ON o.member_id = m.id WHERE o.id IS NULL OR o.paid = 0 ORDER BY m.name
"""

for row in db.execute(QUERY):
    print(*row, sep=" | ")
