// Calls a function of the candidate's source with the arguments on the standard
// input, whose first line is the marker of the result.
(() => {
  const fs = require('fs')
  const vm = require('vm')
  const name = '__FUNCTION__'
  const source = __SOURCE__
  const input = fs.readFileSync(0, 'utf8')
  const end = input.indexOf('\n')
  const marker = input.slice(0, end)
  const values = JSON.parse(input.slice(end + 1))
  const { exit } = process
  const { stringify } = JSON
  const write = process.stdout.write.bind(process.stdout)
  const fail = (error) => {
    console.error(error)
    exit(1)
  }
  const finish = (value) => {
    const text = stringify(value === undefined ? null : value)
    if (text === undefined) throw new TypeError('the result of ' + name + ' is not a JSON value')
    write('\n' + marker + text + '\n', () => exit(0))
  }
  try {
    const solution = { exports: {} }
    const load = vm.compileFunction(source + '\n;return typeof ' + name + ' === "undefined" ? undefined : ' + name, ['require', 'module', 'exports'], { filename: 'solution.js' })
    const found = load(require, solution, solution.exports) ?? solution.exports[name]
    if (typeof found !== 'function') throw new ReferenceError('function ' + name + ' is not defined')
    Promise.resolve(found(...values)).then(finish).catch(fail)
  } catch (error) {
    fail(error)
  }
})()
