from fnmatch import fnmatchcase


def matches_path(pattern, path):
    ps, parts = pattern.split("/"), path.split("/")
    i = j = 0
    while i < len(ps) and j < len(parts):
        if ps[i] == "**":
            if i + 1 == len(ps):
                return True
            while j < len(parts) and not fnmatchcase(parts[j], ps[i + 1]):
                j += 1
            i += 1
        elif fnmatchcase(parts[j], ps[i]):
            i, j = i + 1, j + 1
        else:
            return False
    return j == len(parts) and all(p == "**" for p in ps[i:])
