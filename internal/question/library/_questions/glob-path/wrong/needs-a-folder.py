from functools import cache
from fnmatch import fnmatchcase


def matches_path(pattern, path):
    ps, parts = pattern.split("/"), path.split("/")

    @cache
    def whole(i, j):
        if i == len(ps):
            return j == len(parts)
        if j == len(parts):
            return False
        if ps[i] == "**":
            return whole(i + 1, j + 1) or whole(i, j + 1)
        return fnmatchcase(parts[j], ps[i]) and whole(i + 1, j + 1)

    return whole(0, 0)
