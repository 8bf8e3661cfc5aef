function exam_ranks(scores) {
  const place = new Map()
  const sorted = [...scores].sort((a, b) => b - a)
  sorted.forEach((score, index) => {
    if (!place.has(score)) place.set(score, index + 1)
  })
  return scores.map((score) => place.get(score))
}
