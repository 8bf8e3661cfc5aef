import sqlite3
import sys

# The tables of the case, with their rows.
db = sqlite3.connect(":memory:")
db.executescript(sys.stdin.read())

QUERY = """
WITH RECURSIVE months (month, last) AS (
  SELECT substr(min(paid_on), 1, 7), substr(max(paid_on), 1, 7) FROM payments HAVING count(*) > 0
  UNION ALL
  SELECT strftime('%Y-%m', month || '-01', '+1 month'), last FROM months WHERE month < last
)
SELECT month, COALESCE(SUM(p.cents), 0)
FROM months
LEFT JOIN payments p ON substr(p.paid_on, 1, 7) = month
GROUP BY month
ORDER BY month
"""

for row in db.execute(QUERY):
    print(*row, sep=" | ")
