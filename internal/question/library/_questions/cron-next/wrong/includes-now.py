def next_run(schedule, now):
    def parse(field, limit):
        values = set()
        for part in field.split(","):
            span, _, step = part.partition("/")
            low, _, high = ("0", "-", str(limit - 1)) if span == "*" else span.partition("-")
            values.update(range(int(low), int(high or low) + 1, int(step or 1)))
        return sorted(values)
    ms, hs = (parse(f, n) for f, n in zip(schedule.split(" "), (60, 24)))
    for h in hs:
        for m in ms:
            if f"{h:02d}:{m:02d}" >= now:
                return f"{h:02d}:{m:02d}"
    return f"{hs[0]:02d}:{ms[0]:02d}+1"
