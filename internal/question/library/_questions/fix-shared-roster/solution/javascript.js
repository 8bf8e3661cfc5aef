function roster_history(changes) {
  const history = []
  let roster = []
  for (const change of changes) {
    const name = change.slice(1)
    if (change[0] === '-') roster = roster.filter((other) => other !== name)
    else if (!roster.includes(name)) roster = [...roster, name]
    history.push(roster)
  }
  return history
}
