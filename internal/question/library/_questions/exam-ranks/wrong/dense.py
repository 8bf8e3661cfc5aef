def exam_ranks(scores):
    place = {s: n for n, s in enumerate(sorted(set(scores), reverse=True), 1)}
    return [place[s] for s in scores]
