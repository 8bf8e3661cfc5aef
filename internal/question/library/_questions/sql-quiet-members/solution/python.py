import sqlite3
import sys

# The tables of the case, with their rows.
db = sqlite3.connect(":memory:")
db.executescript(sys.stdin.read())

QUERY = """
SELECT m.name
FROM members m
WHERE NOT EXISTS (SELECT 1 FROM orders o WHERE o.member_id = m.id AND o.paid = 1)
ORDER BY m.name, m.id
"""

for row in db.execute(QUERY):
    print(*row, sep=" | ")
