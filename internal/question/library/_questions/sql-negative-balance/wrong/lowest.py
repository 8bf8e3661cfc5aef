import sqlite3
import sys

# The tables of the case, with their rows.
db = sqlite3.connect(":memory:")
db.executescript(sys.stdin.read())

QUERY = """
WITH b AS (SELECT account, day, SUM(SUM(cents)) OVER (PARTITION BY account ORDER BY day) AS balance FROM entries GROUP BY account, day)
SELECT account, day, MIN(balance) FROM b WHERE balance < 0 GROUP BY account ORDER BY account
"""

for row in db.execute(QUERY):
    print(*row, sep=" | ")
