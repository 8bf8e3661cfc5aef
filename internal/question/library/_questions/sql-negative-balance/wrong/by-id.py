import sqlite3
import sys

# The tables of the case, with their rows.
db = sqlite3.connect(":memory:")
db.executescript(sys.stdin.read())

QUERY = """
WITH b AS (SELECT account, day, SUM(cents) OVER (PARTITION BY account ORDER BY id) AS balance FROM entries)
SELECT account, day, balance FROM (SELECT *, ROW_NUMBER() OVER (PARTITION BY account ORDER BY day) AS n FROM b WHERE balance < 0) WHERE n = 1 ORDER BY account
"""

for row in db.execute(QUERY):
    print(*row, sep=" | ")
