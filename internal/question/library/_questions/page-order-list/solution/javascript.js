// Amounts are in cents.
const orders = [
  { id: 'A-1001', date: '2026-03-02', amount: 1990, state: 'paid' },
  { id: 'A-1002', date: '2026-03-04', amount: 129900, state: 'open' },
  { id: 'A-1003', date: '2026-02-27', amount: 1010, state: 'paid' },
  { id: 'A-1004', date: '2026-03-04', amount: 4550, state: 'cancelled' },
  { id: 'A-1005', date: '2026-01-30', amount: 88030, state: 'paid' },
]

const view = { state: '', key: 'date', descending: true }
const body = document.querySelector('tbody')
const headings = document.querySelectorAll('th[data-key]')

const formatAmount = (cents) => `${Math.floor(cents / 100)}.${String(cents % 100).padStart(2, '0')}`

function shownOrders() {
  const direction = view.descending ? -1 : 1
  const compare = (a, b) => (a[view.key] < b[view.key] ? -1 : a[view.key] > b[view.key] ? 1 : 0)
  return orders.filter(({ state }) => !view.state || state === view.state).sort((a, b) => direction * compare(a, b))
}

function createCell(label, text) {
  const cell = document.createElement('td')
  cell.dataset.label = label
  cell.textContent = text
  return cell
}

function render() {
  const shown = shownOrders()
  body.replaceChildren(...shown.map(({ id, date, amount, state }) => {
    const row = document.createElement('tr')
    row.append(createCell('Order', id), createCell('Date', date), createCell('Amount', formatAmount(amount)), createCell('State', state))
    return row
  }))
  const total = shown.reduce((sum, { amount }) => sum + amount, 0)
  document.querySelector('#summary').textContent = shown.length > 0 ? `Orders: ${shown.length}, total: ${formatAmount(total)}` : 'No orders have this state.'
  for (const heading of headings) {
    const isSorted = heading.dataset.key === view.key
    heading.setAttribute('aria-sort', isSorted ? (view.descending ? 'descending' : 'ascending') : 'none')
  }
}

for (const heading of headings) {
  heading.querySelector('button').addEventListener('click', () => {
    const { key } = heading.dataset
    view.descending = view.key === key ? !view.descending : true
    view.key = key
    render()
  })
}

document.querySelector('#state').addEventListener('change', (event) => {
  view.state = event.target.value
  render()
})

render()
