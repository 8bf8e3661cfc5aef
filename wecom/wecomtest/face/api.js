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
 * Calls onChange for each change, and with {kind: 'all'} after each (re)connection,
 * because what happened in between is not known. onState hears true and false.
 */
export function listen(params, onChange, onState = () => {}) {
  const source = new EventSource(`/sim/events?${new URLSearchParams(params)}`);
  source.addEventListener('open', () => { onState(true); onChange({ kind: 'all' }); });
  source.addEventListener('error', () => onState(false));
  source.addEventListener('message', (event) => onChange(JSON.parse(event.data)));
  return () => source.close();
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
  const q = new URLSearchParams({ corp: who.corp, as: who.as });
  if (url) q.set('url', url);
  if (agentId) q.set('agent', agentId);
  return `/open?${q}`;
}
