function badge_ranges(numbers) {
  const sorted = [...new Set(numbers)].sort((a, b) => a - b)
  const parts = []
  for (const n of sorted) {
    const last = parts.at(-1)
    if (last && last[1] + 1 === n) last[1] = n
    else parts.push([n, n])
  }
  return parts.map(([a, b]) => (a === b ? `${a}` : `${a}-${b}`)).join(',')
}
