def split_bill(cents, weights):
    total = sum(weights)
    shares = [cents * w // total for w in weights]
    for n in range(cents - sum(shares)):
        shares[n] += 1
    return shares
