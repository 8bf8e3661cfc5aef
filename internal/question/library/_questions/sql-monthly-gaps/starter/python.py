import sqlite3
import sys

# The tables of the case, with their rows.
db = sqlite3.connect(":memory:")
db.executescript(sys.stdin.read())

QUERY = """
SELECT 1
"""

for row in db.execute(QUERY):
    print(*row, sep=" | ")
