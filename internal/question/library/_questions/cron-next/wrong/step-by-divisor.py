def next_run(schedule, now):
    def hit(field, value):
        for part in field.split(","):
            span, _, step = part.partition("/")
            low, _, high = ("0", "-", "59") if span == "*" else span.partition("-")
            if int(low) <= value <= int(high or low) and value % int(step or 1) == 0:
                return True
        return False
    mf, hf = schedule.split(" ")
    h, m = map(int, now.split(":"))
    for at in range(h * 60 + m + 1, h * 60 + m + 1441):
        if hit(hf, at // 60 % 24) and hit(mf, at % 60):
            return f"{at // 60 % 24:02d}:{at % 60:02d}" + ("+1" if at >= 1440 else "")
    return ""
