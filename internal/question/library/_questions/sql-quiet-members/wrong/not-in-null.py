import sqlite3
import sys

# The tables of the case, with their rows.
db = sqlite3.connect(":memory:")
db.executescript(sys.stdin.read())

QUERY = """
SELECT name FROM members WHERE id NOT IN (SELECT member_id FROM orders WHERE paid = 1) ORDER BY name, id
"""

for row in db.execute(QUERY):
    print(*row, sep=" | ")
