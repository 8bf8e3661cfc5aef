import sqlite3
import sys

# The tables of the case, with their rows.
db = sqlite3.connect(":memory:")
db.executescript(sys.stdin.read())

QUERY = """
SELECT device, status, at FROM reports r WHERE id = (SELECT MAX(id) FROM reports x WHERE x.device = r.device) AND status <> 'ok' ORDER BY device
"""

for row in db.execute(QUERY):
    print(*row, sep=" | ")
