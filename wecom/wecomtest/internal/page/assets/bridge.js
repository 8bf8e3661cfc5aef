function (client) {
  'use strict';
  // What a page finds in the web view of WeCom or WeChat. It runs before the page's own scripts; the
  // simulator puts its settings behind it.
  const show = (target, name, value) => Object.defineProperty(target, name, { get: () => value, configurable: true });
  show(Navigator.prototype, 'userAgent', client.userAgent);
  show(Navigator.prototype, 'appVersion', client.userAgent.replace('Mozilla/', ''));
  show(Navigator.prototype, 'platform', client.platform);
  show(Navigator.prototype, 'userAgentData', undefined);

  // All web views of this machine share one host, and browsers keep cookies by host: each has names of its own.
  const jar = Object.getOwnPropertyDescriptor(Document.prototype, 'cookie');
  Object.defineProperty(Document.prototype, 'cookie', {
    configurable: true,
    get() {
      return jar.get.call(this).split('; ').filter((c) => c.startsWith(client.cookies)).map((c) => c.slice(client.cookies.length)).join('; ');
    },
    set(text) {
      const [pair, ...rest] = String(text).split(';');
      const kept = rest.filter((part) => !/^\s*(domain|secure|samesite\s*=\s*none|partitioned)\b/i.test(part));
      jar.set.call(this, [client.cookies + pair.trim(), ...kept].join(';'));
    },
  });

  // What names the application's origin goes through the web view too.
  const inside = (address) => {
    try {
      const url = new URL(address, location.href);
      if (`${url.protocol.replace('ws', 'http')}//${url.host}` !== client.origin) return address;
      return `${url.protocol.startsWith('ws') ? 'ws:' : 'http:'}//${location.host}${url.pathname}${url.search}${url.hash}`;
    } catch {
      return address;
    }
  };
  const { fetch: fetchAny, WebSocket: AnySocket, EventSource: AnySource } = window;
  window.fetch = (input, init) => fetchAny(input instanceof Request ? input : inside(input), init);
  window.WebSocket = class WebSocket extends AnySocket { constructor(url, protocols) { super(inside(url), protocols); } };
  window.EventSource = class EventSource extends AnySource { constructor(url, init) { super(inside(url), init); } };
  const openAny = XMLHttpRequest.prototype.open;
  XMLHttpRequest.prototype.open = function open(method, url, ...rest) { return openAny.call(this, method, inside(url), ...rest); };

  if (window.parent === window || window.parent !== window.top || !client.clientOrigin) return; // no client around it
  const doc = Array.from(crypto.getRandomValues(new Uint8Array(9)), (n) => n.toString(36)).join('');
  const postToClient = (message) => window.parent.postMessage({ wecomsim: client.view, doc, ...message }, client.clientOrigin);
  const real = () => location.href.replace(location.origin, client.origin);

  const outside = location.pathname === '/.wecomsim/outside' ? new URLSearchParams(location.search).get('url') : '';
  const report = () => postToClient(outside ? { outside } : { page: real(), title: document.title });

  // WeixinJSBridge: calls of the page, answered by the client.
  const waiting = new Map();
  const hearing = new Map();
  let asked = 0;
  const invoke = (name, params, done) => {
    if (typeof params === 'function') return invoke(name, {}, params);
    asked += 1;
    waiting.set(asked, typeof done === 'function' ? done : () => {});
    let plain = {};
    try {
      plain = typeof params === 'string' ? JSON.parse(params) : JSON.parse(JSON.stringify(params ?? {}));
    } catch {
      // a page that hands over what is no data gets the answer to nothing
    }
    postToClient({ ask: asked, name, params: plain, url: location.href });
    return undefined;
  };
  const on = (name, fn) => {
    hearing.set(name, fn);
    postToClient({ hears: name });
  };
  const bridge = { invoke, call: invoke, on, log() {} };
  Object.defineProperty(window, 'WeixinJSBridge', { value: bridge, configurable: true, writable: true });

  const canGoBack = () => (window.navigation ? window.navigation.canGoBack : false);
  const back = () => {
    if (hearing.get('historyBack')?.({}) === false) return;
    if (canGoBack()) history.back(); else postToClient({ close: true });
  };
  addEventListener('message', (event) => {
    if (event.source !== window.parent || event.origin !== client.clientOrigin || event.data?.wecomsim !== client.view) return;
    event.stopImmediatePropagation();
    const { answer, result, heard, data, go } = event.data;
    if (answer) {
      waiting.get(answer)?.(result);
      waiting.delete(answer);
    }
    if (heard) hearing.get(heard)?.(data ?? {});
    if (go === 'back') back();
    if (go === 'refresh') location.reload();
  }, true);

  // Pages of other origins are opened by the client through a proxy of their own.
  const leave = (address) => {
    const url = new URL(inside(address), location.href);
    if (url.origin === location.origin) location.assign(url); else postToClient({ open: url.href });
  };
  window.navigation?.addEventListener('navigate', (event) => {
    const url = new URL(event.destination.url);
    if (!event.cancelable || event.downloadRequest !== null || event.formData || url.origin === location.origin || !/^https?:$/.test(url.protocol)) return;
    event.preventDefault();
    leave(url.href);
  });
  addEventListener('click', (event) => {
    const a = event.target.closest?.('a[href]');
    if (!a || event.defaultPrevented || event.button !== 0 || a.hasAttribute('download') || !/^https?:$/.test(a.protocol)) return;
    const away = a.target && a.target !== '_self';
    if (!away && (a.origin === location.origin || window.navigation)) return;
    event.preventDefault();
    leave(a.href);
  });
  window.open = (address) => {
    if (address) leave(address);
    return window;
  };

  for (const name of ['pushState', 'replaceState']) {
    const change = history[name];
    history[name] = function changed(...args) {
      const out = change.apply(this, args);
      report();
      return out;
    };
  }
  addEventListener('popstate', report);
  addEventListener('hashchange', report);
  addEventListener('load', report);
  document.addEventListener('DOMContentLoaded', () => {
    report();
    new MutationObserver(report).observe(document.head, { childList: true, subtree: true, characterData: true });
    document.dispatchEvent(new Event('WeixinJSBridgeReady'));
  });
  postToClient({ hello: true });
  report();
}
