import sqlite3
import sys

# The tables of the case, with their rows.
db = sqlite3.connect(":memory:")
db.executescript(sys.stdin.read())

QUERY = """
SELECT category, name, amount FROM (SELECT p.category, p.name, s.amount, RANK() OVER (PARTITION BY category ORDER BY amount DESC) AS place FROM products p JOIN sales s ON s.product_id = p.id) WHERE place = 1 ORDER BY category, name
"""

for row in db.execute(QUERY):
    print(*row, sep=" | ")
