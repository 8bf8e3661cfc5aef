import sqlite3
import sys

# The tables of the case, with their rows.
db = sqlite3.connect(":memory:")
db.executescript(sys.stdin.read())

QUERY = """
WITH days AS (
  SELECT DISTINCT member, day FROM logins
), runs AS (
  SELECT member, day, julianday(day) - ROW_NUMBER() OVER (PARTITION BY member ORDER BY day) AS run FROM days
)
SELECT member, MIN(day), COUNT(*)
FROM runs
GROUP BY member, run
HAVING COUNT(*) >= 3
ORDER BY member, MIN(day)
"""

for row in db.execute(QUERY):
    print(*row, sep=" | ")
