def merge_feeds(left, right):
    return sorted(set(left) | set(right))
