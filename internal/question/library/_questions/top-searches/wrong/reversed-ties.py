from collections import Counter


def top_searches(queries, count):
    c = Counter(queries)
    return sorted(c, key=lambda q: (c[q], q), reverse=True)[:count]
