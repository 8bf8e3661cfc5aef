import re


def expand_template(text, settings):
    values = dict(s.split("=", 1) for s in settings)

    def expand(text, active):
        def replace(found):
            name, bar, default = found.group(1).partition("|")
            if name in active:
                raise LookupError(name)
            if values.get(name):
                return expand(values[name], active | {name})
            if not bar:
                raise LookupError(name)
            return default

        return re.sub(r"\{([^{}]+)\}", replace, text)

    try:
        return expand(text, frozenset())
    except LookupError as error:
        return "!" + error.args[0]
