import sqlite3
import sys

# The tables of the case, with their rows.
db = sqlite3.connect(":memory:")
db.executescript(sys.stdin.read())

QUERY = """
SELECT channel, COUNT(*), SUM(signed_up), ROUND(100.0 * SUM(signed_up) / COUNT(*), 1) AS rate FROM visits WHERE channel IS NOT NULL GROUP BY channel ORDER BY rate DESC, channel
"""

for row in db.execute(QUERY):
    print(*row, sep=" | ")
