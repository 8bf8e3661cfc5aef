import sqlite3
import sys

# The tables of the case, with their rows.
db = sqlite3.connect(":memory:")
db.executescript(sys.stdin.read())

QUERY = """
WITH totals AS (
  SELECT p.category, p.name, SUM(s.amount) AS sold
  FROM products p JOIN sales s ON s.product_id = p.id
  GROUP BY p.id
), ranked AS (
  SELECT *, RANK() OVER (PARTITION BY category ORDER BY sold DESC) AS place FROM totals
)
SELECT category, name, sold FROM ranked WHERE place = 1 ORDER BY category, name
"""

for row in db.execute(QUERY):
    print(*row, sep=" | ")
