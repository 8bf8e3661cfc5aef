import sqlite3
import sys

# The tables of the case, with their rows.
db = sqlite3.connect(":memory:")
db.executescript(sys.stdin.read())

QUERY = """
SELECT substr(paid_on, 1, 7) AS month, SUM(cents) FROM payments GROUP BY month ORDER BY month
"""

for row in db.execute(QUERY):
    print(*row, sep=" | ")
