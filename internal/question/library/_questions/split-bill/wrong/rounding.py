def split_bill(cents, weights):
    total = sum(weights)
    return [round(cents * w / total) for w in weights]
