// The simulator's own JSON interface and its stream of changes.

async function call(method, path, body) {
  const init = { method, headers: {} };
  if (body !== undefined) {
    init.body = JSON.stringify(body);
    init.headers['Content-Type'] = 'application/json';
  }
  const response = await fetch(path, init);
  const data = await response.json().catch(() => ({ error: `HTTP ${response.status}` }));
  if (!response.ok) throw Object.assign(new Error(data.error ?? `HTTP ${response.status}`), { status: response.status });
  return data;
}

export const get = (path, params = {}) => {
  const query = new URLSearchParams(Object.entries(params).filter(([, v]) => v !== undefined && v !== null));
  return call('GET', query.size ? `${path}?${query}` : path);
};

export const post = (path, body) => call('POST', path, body);

/**
 * Calls onChange for each change that concerns a member (of everybody, when who
 * is empty), and with {kind: 'all'} after each (re)connection, because what
 * happened in between is not known. onState hears true and false.
 */
export function listen(who, onChange, onState = () => {}) {
  const hear = ({ online, change }) => {
    if (online !== undefined) onState(online);
    if (online) onChange({ kind: 'all' });
    if (change && concerns(change, who)) onChange(change);
  };
  if (!self.SharedWorker) return listenAlone(hear);
  const { port } = new SharedWorker('/sim/assets/stream-worker.js', { name: 'wecomsim' });
  port.onmessage = (event) => hear(event.data);
  addEventListener('pagehide', () => port.postMessage('close'));
  addEventListener('pageshow', (event) => event.persisted && location.reload()); // the worker has forgotten a page that comes back
  return undefined;
}

/** A stream of this tab's own, where tabs cannot share one. */
function listenAlone(hear) {
  const source = new EventSource('/sim/events');
  source.addEventListener('open', () => hear({ online: true }));
  source.addEventListener('error', () => hear({ online: false }));
  source.addEventListener('message', (event) => hear({ change: JSON.parse(event.data) }));
}

function concerns(change, who) {
  if (!who.as || change.kind === 'clock') return true;
  if (change.corpId !== who.corpId) return false;
  return ['directory', 'schedule', 'meeting', 'robot'].includes(change.kind) || (change.kind === 'message' && change.userId === who.as.toLowerCase());
}

/** Gathers calls that come close together into one. */
export function gather(fn, wait = 40) {
  let timer = 0;
  return () => {
    clearTimeout(timer);
    timer = setTimeout(fn, wait);
  };
}

/** The address that opens a page as a member, as WeCom's web view would. */
export function openAddress(who, url, agentId) {
  const q = new URLSearchParams({ corpId: who.corpId, as: who.as });
  if (url) q.set('url', url);
  if (agentId) q.set('agent', agentId);
  return `/open?${q}`;
}
