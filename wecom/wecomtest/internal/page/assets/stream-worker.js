// One stream of changes for all tabs of a browser. A browser opens only six
// connections to a host: with a stream for each tab, the seventh tab would
// never load.

const ports = new Set();
const source = new EventSource('/sim/events');
let online = false;

const tell = (message) => ports.forEach((port) => port.postMessage(message));

source.addEventListener('open', () => { online = true; tell({ online }); });
source.addEventListener('error', () => { online = false; tell({ online }); });
source.addEventListener('message', (event) => tell({ change: JSON.parse(event.data) }));

addEventListener('connect', ({ ports: [port] }) => {
  ports.add(port);
  port.onmessage = () => ports.delete(port); // the tab says that it closes
  if (online) port.postMessage({ online });
});
