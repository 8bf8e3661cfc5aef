// Waits have the limits of a busy machine: a part that is loaded on demand is transformed first.
if (typeof document !== 'undefined') {
  const { configure } = await import('@testing-library/dom')
  configure({ asyncUtilTimeout: 30_000 })
}
export {}
