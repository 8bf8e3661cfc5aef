function parse_csv_line(line) {
  const fields = []
  let at = 0
  for (;;) {
    let value = ''
    if (line[at] === '"') {
      const found = /^"((?:[^"]|"")*)"/.exec(line.slice(at))
      value = found[1].replaceAll('""', '"')
      at += found[0].length
    } else {
      const end = line.indexOf(',', at)
      value = line.slice(at, end < 0 ? line.length : end)
      at += value.length
    }
    fields.push(value)
    if (at >= line.length) return fields
    at++
  }
}
