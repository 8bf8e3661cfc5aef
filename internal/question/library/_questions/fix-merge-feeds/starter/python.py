def merge_feeds(left, right):
    merged, i, j = [], 0, 0
    while i < len(left) and j < len(right):
        if left[i] > right[j]:
            merged.append(left[i])
            i += 1
        elif left[i] < right[j]:
            merged.append(right[j])
            j += 1
        else:
            merged.append(left[i])
            i, j = i + 1, j + 1
    return merged + left[i:]
