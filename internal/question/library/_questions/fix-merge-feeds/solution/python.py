def merge_feeds(left, right):
    merged, i, j = [], 0, 0
    while i < len(left) or j < len(right):
        if j == len(right) or i < len(left) and left[i] >= right[j]:
            item, i = left[i], i + 1
        else:
            item, j = right[j], j + 1
        if not merged or merged[-1] != item:
            merged.append(item)
    return merged
