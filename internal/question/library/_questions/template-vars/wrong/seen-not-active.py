import re


def expand_template(text, settings):
    values, seen = dict(s.split("=", 1) for s in settings), set()

    def replace(found):
        name, bar, default = found.group(1).partition("|")
        if name in seen or name not in values and not bar:
            raise LookupError(name)
        if name not in values:
            return default
        seen.add(name)
        return re.sub(r"\{([^{}]+)\}", replace, values[name])

    try:
        return re.sub(r"\{([^{}]+)\}", replace, text)
    except LookupError as error:
        return "!" + error.args[0]
