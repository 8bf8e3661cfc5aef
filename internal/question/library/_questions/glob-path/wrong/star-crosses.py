from fnmatch import fnmatchcase


def matches_path(pattern, path):
    return fnmatchcase(path, pattern)
