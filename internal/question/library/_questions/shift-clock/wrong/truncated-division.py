def shift_clock(clock, minutes):
    hour, minute = map(int, clock.split(":"))
    total = hour * 60 + minute + minutes
    days = int(total / 1440)
    rest = total % 1440
    return f"{rest // 60:02d}:{rest % 60:02d}" + (f"{days:+d}" if days else "")
