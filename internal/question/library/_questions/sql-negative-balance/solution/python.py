import sqlite3
import sys

# The tables of the case, with their rows.
db = sqlite3.connect(":memory:")
db.executescript(sys.stdin.read())

QUERY = """
WITH balances AS (
  SELECT account, day, SUM(SUM(cents)) OVER (PARTITION BY account ORDER BY day) AS balance
  FROM entries
  GROUP BY account, day
)
SELECT account, MIN(day), (SELECT balance FROM balances x WHERE x.account = b.account AND x.balance < 0 ORDER BY x.day LIMIT 1)
FROM balances b
WHERE balance < 0
GROUP BY account
ORDER BY account
"""

for row in db.execute(QUERY):
    print(*row, sep=" | ")
