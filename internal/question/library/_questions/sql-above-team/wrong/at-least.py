import sqlite3
import sys

# The tables of the case, with their rows.
db = sqlite3.connect(":memory:")
db.executescript(sys.stdin.read())

QUERY = """
SELECT t.name, p.name, p.tickets FROM people p JOIN teams t ON t.id = p.team_id WHERE p.tickets >= (SELECT AVG(COALESCE(x.tickets, 0)) FROM people x WHERE x.team_id = p.team_id) ORDER BY t.name, p.tickets DESC, p.name
"""

for row in db.execute(QUERY):
    print(*row, sep=" | ")
