import heapq
from collections import Counter


def top_searches(queries, count):
    return heapq.nsmallest(count, (counted := Counter(queries)), key=lambda query: (-counted[query], query))
