function clean_tags(tags) {
  const seen = new Map()
  for (const raw of tags) {
    const tag = raw.trim().replace(/\s+/g, ' ')
    const key = tag.toLowerCase()
    if (tag && !seen.has(key)) seen.set(key, tag)
  }
  return [...seen.values()]
}
