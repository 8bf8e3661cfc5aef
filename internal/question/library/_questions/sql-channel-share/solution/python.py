import sqlite3
import sys

# The tables of the case, with their rows.
db = sqlite3.connect(":memory:")
db.executescript(sys.stdin.read())

QUERY = """
SELECT COALESCE(channel, 'unknown') AS name, COUNT(*), SUM(signed_up), ROUND(100.0 * SUM(signed_up) / COUNT(*), 1) AS rate
FROM visits
GROUP BY name
ORDER BY rate DESC, name
"""

for row in db.execute(QUERY):
    print(*row, sep=" | ")
