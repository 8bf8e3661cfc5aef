from functools import cache


def matches_path(pattern, path):
    patterns, parts = pattern.split("/"), path.split("/")

    @cache
    def in_part(p, s):
        if not p:
            return not s
        if p[0] == "*":
            return in_part(p[1:], s) or bool(s) and in_part(p, s[1:])
        return bool(s) and p[0] in ("?", s[0]) and in_part(p[1:], s[1:])

    @cache
    def whole(i, j):
        if i == len(patterns):
            return j == len(parts)
        if patterns[i] == "**":
            return whole(i + 1, j) or j < len(parts) and whole(i, j + 1)
        return j < len(parts) and in_part(patterns[i], parts[j]) and whole(i + 1, j + 1)

    return whole(0, 0)
