// Amounts are in cents.
const orders = [
  { id: 'A-1001', date: '2026-03-02', amount: 1990, state: 'paid' },
  { id: 'A-1002', date: '2026-03-04', amount: 129900, state: 'open' },
  { id: 'A-1003', date: '2026-02-27', amount: 1010, state: 'paid' },
  { id: 'A-1004', date: '2026-03-04', amount: 4550, state: 'cancelled' },
  { id: 'A-1005', date: '2026-01-30', amount: 88030, state: 'paid' },
]

document.querySelector('#orders').textContent = `${orders.length} orders`
