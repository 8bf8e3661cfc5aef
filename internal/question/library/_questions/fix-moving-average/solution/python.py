def moving_average(values, size):
    averages, total = [], 0
    for n, value in enumerate(values):
        total += value
        if n >= size:
            total -= values[n - size]
        if n >= size - 1:
            averages.append(total / size)
    return averages
