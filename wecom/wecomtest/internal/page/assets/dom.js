// Elements without a framework: h('a', {href: '/', on: {click}}, 'text', child).

const svgNames = new Set(['svg', 'path', 'circle', 'rect', 'line', 'polyline']);

/** Makes an element. Attributes that are null, undefined or false are left out. */
export function h(tag, props = {}, ...children) {
  const el = svgNames.has(tag)
    ? document.createElementNS('http://www.w3.org/2000/svg', tag)
    : document.createElement(tag);
  for (const [name, value] of Object.entries(props ?? {})) {
    if (value === null || value === undefined || value === false) continue;
    if (name === 'on') for (const [event, fn] of Object.entries(value)) el.addEventListener(event, fn);
    else if (name === 'value') el.value = value;
    else if (name === 'checked') el.checked = true;
    else el.setAttribute(name === 'class' ? 'class' : name, value === true ? '' : String(value));
  }
  append(el, children);
  return el;
}

function append(el, children) {
  for (const child of children.flat(Infinity)) {
    if (child === null || child === undefined || child === false) continue;
    el.append(child);
  }
}

/** Replaces everything inside an element. The focus stays on the same link or button. */
export function fill(el, ...children) {
  const focused = el.contains(document.activeElement) ? document.activeElement : null;
  el.replaceChildren();
  append(el, children);
  if (focused && focused !== el) restoreFocus(focused, el);
  return el;
}

/** Focuses an element, or after a redraw the link or button within a parent that replaces it. */
export function restoreFocus(el, parent = document) {
  const name = ['id', 'href', 'aria-label'].find((attribute) => el.hasAttribute(attribute));
  const replacement = name && parent.querySelector(`${el.localName}[${name}="${CSS.escape(el.getAttribute(name))}"]`);
  (el.isConnected ? el : replacement)?.focus({ preventScroll: true }); // newer messages stay in sight
}

/**
 * Makes the children of an element those given, and leaves alone the ones that
 * are in place already: their focus and what is chosen in them stay.
 */
export function settle(el, wanted) {
  const keep = new Set(wanted);
  for (const child of [...el.childNodes]) if (!keep.has(child)) child.remove();
  wanted.forEach((child, i) => { if (el.childNodes[i] !== child) el.insertBefore(child, el.childNodes[i] ?? null); });
}

/** Closes open menus when one clicks elsewhere or presses Escape. */
export function closeMenus(selector) {
  const close = (except) => document.querySelectorAll(`${selector}[open]`).forEach((d) => { if (d !== except) d.open = false; });
  addEventListener('click', (e) => close(e.target.closest?.(selector)));
  addEventListener('keydown', (e) => {
    if (e.key !== 'Escape') return;
    const open = document.querySelector(`${selector}[open]`);
    close();
    open?.querySelector('summary')?.focus();
  });
}

let toastTimer = 0;

/** Tells the person something for a few seconds. */
export function toast(text) {
  const box = document.getElementById('toast');
  box.textContent = text;
  box.classList.add('shown');
  clearTimeout(toastTimer);
  toastTimer = setTimeout(() => box.classList.remove('shown'), 4000);
}

const shapes = {
  chat: ['M4 5h16a1.5 1.5 0 0 1 1.5 1.5v9A1.5 1.5 0 0 1 20 17h-8l-4.5 3.6V17H4a1.5 1.5 0 0 1-1.5-1.5v-9A1.5 1.5 0 0 1 4 5z'],
  people: ['M9 11.5a3.5 3.5 0 1 0 0-7 3.5 3.5 0 0 0 0 7z', 'M2.5 19.5c0-3.2 2.9-5 6.5-5s6.5 1.8 6.5 5z', 'M15.5 4.9a3.4 3.4 0 0 1 0 6.2', 'M18 14.9c2.1.7 3.5 2.3 3.5 4.6h-2.5'],
  grid: ['M4 4h6v6H4z', 'M14 4h6v6h-6z', 'M4 14h6v6H4z', 'M14 14h6v6h-6z'],
  calendar: ['M4 6h16v14H4z', 'M4 10.5h16', 'M8 3.5v4', 'M16 3.5v4'],
  back: ['M15 4l-8 8 8 8'],
  next: ['M9 5l7 7-7 7'],
  search: ['M10.5 17a6.5 6.5 0 1 0 0-13 6.5 6.5 0 0 0 0 13z', 'M15.5 15.5L20.5 20.5'],
  more: ['M5 12h.01', 'M12 12h.01', 'M19 12h.01'],
  open: ['M9 5H5v14h14v-4', 'M13 4h7v7', 'M20 4l-9 9'],
  gear: ['M4 7h10', 'M18 7h2', 'M4 17h2', 'M10 17h10', 'M16 9.5a2.5 2.5 0 1 0 0-5 2.5 2.5 0 0 0 0 5z', 'M8 19.5a2.5 2.5 0 1 0 0-5 2.5 2.5 0 0 0 0 5z'],
  keyboard: ['M3 6h18v12H3z', 'M7 10h.01', 'M11 10h.01', 'M15 10h.01', 'M8 14h8'],
  list: ['M4 7h16', 'M4 12h16', 'M4 17h16'],
  swap: ['M4 8h15', 'M15 4l4 4-4 4', 'M20 16H5', 'M9 12l-4 4 4 4'],
  video: ['M3 6.5h12v11H3z', 'M15 11l6-3.5v9L15 13z'],
  refresh: ['M19.5 12a7.5 7.5 0 1 1-2.2-5.3L20 9', 'M20 4v5h-5'],
  qr: ['M4 4h6v6H4z', 'M14 4h6v6h-6z', 'M4 14h6v6H4z', 'M14 14h2v2h-2z', 'M18 18h2v2h-2z', 'M18 14h2', 'M14 19v1'],
  plus: ['M12 5v14', 'M5 12h14'],
  picture: ['M4 5h16v14H4z', 'M4 16l5-5 4 4 3-3 4 4', 'M15.5 9.5h.01'],
  close: ['M5 5l14 14', 'M19 5L5 19'],
  sub: ['M6 9.5l6 6 6-6'],
};

/** A line drawing of 24 by 24. */
export function icon(name) {
  return h('svg', { viewBox: '0 0 24 24', class: 'icon', 'aria-hidden': 'true', focusable: 'false' },
    shapes[name].map((d) => h('path', { d })));
}
