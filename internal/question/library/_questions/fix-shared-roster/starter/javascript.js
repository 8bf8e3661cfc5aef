function roster_history(changes) {
  const history = []
  const roster = []
  for (const change of changes) {
    const name = change.slice(1)
    if (change[0] === '-') roster.splice(roster.indexOf(name), 1)
    else roster.push(name)
    history.push(roster)
  }
  return history
}
