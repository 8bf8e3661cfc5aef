// Elements without a framework, the simulator's own JSON interface, and texts.

/** Makes an element: h('a', {href: '/', on: {click}}, 'text', child). */
export function h(tag, props = {}, ...children) {
  const el = document.createElement(tag);
  for (const [name, value] of Object.entries(props)) {
    if (value === null || value === undefined || value === false) continue;
    if (name === 'on') for (const [event, fn] of Object.entries(value)) el.addEventListener(event, fn);
    else if (name === 'value') el.value = value;
    else if (name === 'checked' || name === 'disabled' || name === 'hidden') el[name] = true;
    else el.setAttribute(name, value === true ? '' : String(value));
  }
  return add(el, children);
}

function add(el, children) {
  for (const child of children.flat(Infinity)) if (child !== null && child !== undefined && child !== false) el.append(child);
  return el;
}

/** Replaces everything inside an element. */
export function fill(el, ...children) {
  el.replaceChildren();
  return add(el, children);
}

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

export const get = (path) => call('GET', path);
export const post = (path, body = {}) => call('POST', path, body);

let timer = 0;

/** Tells the person something for a few seconds. */
export function toast(text) {
  const box = document.getElementById('toast');
  box.textContent = text;
  box.classList.add('shown');
  clearTimeout(timer);
  timer = setTimeout(() => box.classList.remove('shown'), 4000);
}

/** Calls fn now and each second while the page is seen. fn's promise is awaited. */
export function watch(fn) {
  const run = async () => {
    if (!document.hidden) await fn();
    setTimeout(run, 1000);
  };
  document.addEventListener('visibilitychange', () => document.hidden || fn());
  return run();
}

/** A card in the middle of the page, for what has no page of its own. */
export function card(...children) {
  return h('main', { class: 'center' }, h('div', { class: 'brand' }, h('img', { src: '/sim/assets/icon.svg', alt: '' }), 'ShowMeBug', h('span', { class: 'sim' }, t('sim'))), children);
}

/** Five stars of which one is chosen; value() is 0 when none is. */
export function stars(chosen = 0, label = t('rate.label')) {
  const boxes = [5, 4, 3, 2, 1].map((n) => h('input', { type: 'radio', name: `rate-${stars.made}`, value: n, checked: n === chosen, 'aria-label': t('rate.n', { n }) }));
  stars.made += 1;
  return {
    element: h('div', { class: 'stars', role: 'radiogroup', 'aria-label': label }, boxes.map((box) => h('label', {}, box, '★'))),
    value: () => Number(boxes.find((box) => box.checked)?.value ?? 0),
  };
}
stars.made = 0;

const order = ['zh-CN', 'en', 'ja'];

function choose() {
  const asked = new URLSearchParams(location.search).get('lang') ?? sessionStorage.getItem('showmebugsim.lang');
  for (const want of [asked, ...navigator.languages]) {
    const found = order.findIndex((tag) => want && want.slice(0, 2).toLowerCase() === tag.slice(0, 2));
    if (found >= 0) {
      if (asked) sessionStorage.setItem('showmebugsim.lang', order[found]);
      return found;
    }
  }
  return 0;
}

const chosen = choose();
document.documentElement.lang = order[chosen];

/** The language of the page: zh-CN, en or ja. */
export const language = order[chosen];

let texts = {
  sim: ['模拟器', 'Simulator', 'シミュレーター'],
  'error.load': ['加载失败：{why}', 'Could not load: {why}', '読み込めません：{why}'],
  'error.act': ['没有成功：{why}', 'That did not work: {why}', '失敗しました：{why}'],
  'error.gone': ['链接无效', 'This link leads nowhere', 'リンクが無効です'],
  'error.goneText': ['它可能已被删除或更换。请向发给您链接的人索取新的链接。', 'It may have been deleted or replaced. Ask whoever sent it for a new one.', '削除または変更された可能性があります。送信者に新しいリンクを依頼してください。'],
  'rate.label': ['评分', 'Rating', '評価'],
  'rate.n': ['{n} 分', '{n} of 5', '{n} 点'],
  interview_opened: ['未开始', 'Not started', '開始前'],
  interview_started: ['正在进行', 'Running', '進行中'],
  interview_ended: ['已完成', 'Ended', '終了'],
  written_pad_opened: ['未开始', 'Not started', '開始前'],
  written_pad_started: ['作答中', 'Running', '解答中'],
  written_pad_ended: ['已交卷', 'Handed in', '提出済み'],
};

/** Adds the texts of a page. */
export function addTexts(table) {
  texts = { ...texts, ...table };
}

/** The text of an id with {name} replaced. */
export function t(id, values = {}) {
  return (texts[id]?.[chosen] ?? id).replace(/\{(\w+)\}/g, (whole, name) => values[name] ?? whole);
}

/** The tag that shows a state. */
export const stateTag = (status) => h('span', { class: `tag ${status.split('_').pop()}` }, t(status));

/** Seconds as 1:02:03. */
export function clockText(seconds) {
  const s = Math.max(0, Math.floor(seconds));
  const two = (n) => String(n).padStart(2, '0');
  return `${s >= 3600 ? `${Math.floor(s / 3600)}:` : ''}${two(Math.floor(s / 60) % 60)}:${two(s % 60)}`;
}

/** What a link that leads nowhere shows. */
export const gone = () => card(h('h1', {}, t('error.gone')), h('p', {}, t('error.goneText')));
