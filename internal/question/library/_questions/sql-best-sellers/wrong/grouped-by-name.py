import sqlite3
import sys

# The tables of the case, with their rows.
db = sqlite3.connect(":memory:")
db.executescript(sys.stdin.read())

QUERY = """
SELECT category, name, sold FROM (SELECT p.category, p.name, SUM(s.amount) AS sold, RANK() OVER (PARTITION BY category ORDER BY SUM(s.amount) DESC) AS place FROM products p JOIN sales s ON s.product_id = p.id GROUP BY p.name) WHERE place = 1 ORDER BY category, name
"""

for row in db.execute(QUERY):
    print(*row, sep=" | ")
