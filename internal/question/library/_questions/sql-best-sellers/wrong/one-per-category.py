import sqlite3
import sys

# The tables of the case, with their rows.
db = sqlite3.connect(":memory:")
db.executescript(sys.stdin.read())

QUERY = """
SELECT category, name, MAX(sold) FROM (SELECT p.category, p.name, SUM(s.amount) AS sold FROM products p JOIN sales s ON s.product_id = p.id GROUP BY p.id) GROUP BY category ORDER BY category
"""

for row in db.execute(QUERY):
    print(*row, sep=" | ")
