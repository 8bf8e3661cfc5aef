// The web view: a window in which a page runs as in WeCom's own browser. The
// simulator stands between it and the application (internal/webview/proxy.go); a script
// that it puts into the page talks to this module.

import './webview-text.js';
import { post } from './api.js';
import { closeMenus, fill, h, icon, restoreFocus, toast } from './dom.js';
import { t } from './text.js';

const wide = matchMedia('(min-width: 761px)');

closeMenus('details.view-menu');

/** Menu entries by the names that pages hide them by. */
const entries = { share: 'menuItem:share:appMessage', copy: 'menuItem:copyUrl', browser: 'menuItem:openWithSafari', refresh: 'menuItem:refresh' };

/**
 * Makes the web view of a person. who names them for the simulator ({corpId, as}
 * or {corpId, customer}); ask(name, params, view) does what a page asked a person
 * for, and returns the answer to the page; takes(url) may keep a link for itself.
 */
export function webView({ who, ask, takes = () => false }) {
  const parts = build();
  let view = null; // {page, title, id, doc, origin, hears, hidden}
  let opener = null;

  function build() {
    const title = h('h2', { class: 'view-title' });
    const menu = h('details', { class: 'view-menu' });
    const body = h('div', { class: 'view-body' });
    const button = (name, symbol, act) => h('button', { type: 'button', class: 'view-button', 'aria-label': t(name), title: t(name), on: { click: act } }, icon(symbol));
    const box = h('section', { class: 'webview', role: 'dialog', 'aria-label': t('view.label'), hidden: true },
      h('header', { class: 'view-head' }, button('view.back', 'back', () => say({ go: 'back' })), button('view.close', 'close', close), title,
        button('view.refresh', 'refresh', refresh), menu), body);
    box.addEventListener('keydown', (e) => {
      if (e.key === 'Escape' && !e.defaultPrevented && !menu.open) close();
    });
    document.body.append(box);
    return { box, title, menu, body, frame: null };
  }

  async function open(target) {
    opener ??= document.activeElement;
    parts.box.hidden = false;
    view = { page: target.url ?? '', title: t('view.loading'), hears: new Set(), hidden: new Set() };
    draw();
    try {
      const found = await post('/sim/webview/open', { ...who, ...target, phone: !wide.matches });
      view.page = found.page;
      if (found.outside) outside(found.page); else load(found.address);
    } catch (error) {
      fill(parts.body, h('p', { class: 'none', role: 'alert' }, t('view.failed', { why: error.message })));
    }
  }

  function load(address) {
    parts.frame = h('iframe', { class: 'view-frame', title: t('view.label'), src: address, allow: 'camera *; microphone *; clipboard-read *; clipboard-write *; fullscreen *; display-capture *; autoplay *' });
    fill(parts.body, parts.frame);
    parts.frame.addEventListener('load', () => parts.frame?.contentWindow.focus(), { once: true });
  }

  function outside(page) {
    Object.assign(view, { page, title: page });
    parts.frame = null;
    fill(parts.body, h('div', { class: 'view-outside' }, h('h3', {}, t('view.outside')), h('p', { class: 'wrap' }, page), h('p', {}, t('view.outsideHint')),
      h('a', { class: 'solid', href: page, target: '_blank', rel: 'noopener noreferrer' }, t('view.browser'))));
    draw();
  }

  function close() {
    parts.box.hidden = true;
    parts.frame = null;
    fill(parts.body);
    view = null;
    if (opener) restoreFocus(opener);
    opener = null;
  }

  function refresh() {
    if (view?.doc) say({ go: 'refresh' });
    else if (view) open({ url: view.page });
  }

  function draw() {
    parts.title.textContent = view.title || view.page;
    parts.box.setAttribute('aria-label', view.title || t('view.label'));
    const actions = { share, copy, browser, refresh };
    const shown = view.noMenu ? [] : Object.keys(entries).filter((name) => !view.hidden.has(entries[name]));
    parts.menu.hidden = shown.length === 0;
    fill(parts.menu, h('summary', { class: 'view-button', 'aria-label': t('view.menu'), title: t('view.menu') }, icon('more')),
      h('div', { class: 'view-menu-list' }, shown.map((name) => h('button', { type: 'button', on: { click: () => {
        parts.menu.open = false;
        actions[name]();
      } } }, t(`view.${name}`)))));
  }

  const say = (message) => view?.origin && parts.frame?.contentWindow.postMessage({ wecomsim: view.id, ...message }, view.origin);
  const browser = () => window.open(view.page, '_blank', 'noopener,noreferrer');
  const copy = () => navigator.clipboard.writeText(view.page).then(() => toast(t('view.copied')), () => toast(view.page));

  function share() {
    if (view.hears.has('menu:share:appmessage')) say({ heard: 'menu:share:appmessage', data: {} });
    else ask('sendAppMessage', { title: view.title, desc: '', link: view.page }, handle);
  }

  /** What those who answer a page may do with its window. */
  const handle = {
    close, open, get page() { return view?.page ?? ''; }, get id() { return view?.id; }, get doc() { return view?.doc; },
    hide(names, all) {
      for (const name of names ?? Object.values(entries)) view.hidden[all ? 'delete' : 'add'](name);
      draw();
    },
    menu(shown) {
      view.noMenu = !shown;
      draw();
    },
  };

  async function answer({ ask: number, name, params, url }, to) {
    let result;
    try {
      const said = await post('/sim/webview/call', { view: to.id, doc: to.doc, name, params, url });
      result = said.result ?? await ask(name, params, handle);
    } catch (error) {
      result = { err_msg: `${name}:fail ${error.message}` };
    }
    to.window.postMessage({ wecomsim: to.id, answer: number, result }, to.origin);
    if (name === 'closeWindow') close();
  }

  addEventListener('message', (event) => {
    const data = event.data;
    if (!view || !parts.frame || event.source !== parts.frame.contentWindow || typeof data?.wecomsim !== 'string') return;
    if (data.hello) Object.assign(view, { id: data.wecomsim, doc: data.doc, origin: event.origin, hears: new Set(), hidden: new Set(), noMenu: false });
    if (data.page) {
      Object.assign(view, { page: data.page, title: data.title });
      draw();
    }
    if (data.hears) view.hears.add(data.hears);
    if (data.outside) outside(data.outside);
    if (data.open && !takes(data.open)) open({ url: data.open });
    if (data.close) close();
    if (data.ask) answer(data, { id: data.wecomsim, doc: data.doc, origin: event.origin, window: event.source });
  });
  return { open, close };
}

/**
 * Whether pages open in the web view, or in tabs of the browser: ?pages=tabs. Web views listen on the
 * simulator's own machine only, so a browser elsewhere gets tabs.
 */
export function opensInTabs() {
  const asked = new URLSearchParams(location.search).get('pages');
  if (asked) sessionStorage.setItem('wecomsim.pages', asked);
  const here = /^(localhost|127\.[\d.]+|\[::1\])$/.test(location.hostname);
  return (sessionStorage.getItem('wecomsim.pages') ?? (here ? 'view' : 'tabs')) === 'tabs';
}

/** Opens links that lead to pages in the web view; with a modifier key, or the middle button, they open a tab. */
export function catchLinks(open, links = 'a[href^="/open?"]') {
  addEventListener('click', (event) => {
    const a = event.target.closest?.(links);
    if (!a || event.defaultPrevented || event.button !== 0 || event.ctrlKey || event.metaKey || event.shiftKey || event.altKey) return;
    event.preventDefault();
    const q = new URL(a.href).searchParams;
    open(a.pathname === '/open' ? { url: q.get('url') ?? '', agent: q.get('agent') ?? '' } : { url: a.href });
  });
}
