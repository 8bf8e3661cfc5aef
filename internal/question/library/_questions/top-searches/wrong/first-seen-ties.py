from collections import Counter


def top_searches(queries, count):
    return [q for q, _ in Counter(queries).most_common(count)]
