def split_bill(cents, weights):
    total = sum(weights)
    shares = [cents * weight // total for weight in weights]
    order = sorted(range(len(weights)), key=lambda n: -(cents * weights[n] % total))
    for n in order[: cents - sum(shares)]:
        shares[n] += 1
    return shares
