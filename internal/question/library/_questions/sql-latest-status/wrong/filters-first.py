import sqlite3
import sys

# The tables of the case, with their rows.
db = sqlite3.connect(":memory:")
db.executescript(sys.stdin.read())

QUERY = """
SELECT device, status, at FROM (SELECT *, ROW_NUMBER() OVER (PARTITION BY device ORDER BY at DESC, id DESC) AS n FROM reports WHERE status <> 'ok') WHERE n = 1 ORDER BY device
"""

for row in db.execute(QUERY):
    print(*row, sep=" | ")
