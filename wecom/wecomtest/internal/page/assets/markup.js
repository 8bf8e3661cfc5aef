// The little languages inside messages: text with links, the markdown subset of
// application messages, and the HTML subset of textcard descriptions. All are
// built as elements; nothing is ever inserted as HTML.

import { h } from './dom.js';

const webAddress = /https?:\/\/[^\s<>"'，。；！？、）】》]+/g;

/** A plain text whose web addresses are links. */
function linked(text, open) {
  const out = [];
  let last = 0;
  for (const m of text.matchAll(webAddress)) {
    out.push(text.slice(last, m.index), link(m[0], m[0], open));
    last = m.index + m[0].length;
  }
  out.push(text.slice(last));
  return out;
}

export function link(label, url, open) {
  if (!/^https?:\/\//i.test(url)) return label;
  return h('a', { href: open(url), target: '_blank', rel: 'noopener' }, label);
}

/** A text message: line breaks and <a href="…">…</a>. */
export function richText(text, open) {
  const out = [];
  let last = 0;
  for (const m of text.matchAll(/<a\s+[^>]*?href\s*=\s*["']?([^"'\s>]+)["']?[^>]*>([\s\S]*?)<\/a>/gi)) {
    out.push(linked(text.slice(last, m.index), open), link(m[2], m[1], open));
    last = m.index + m[0].length;
  }
  out.push(linked(text.slice(last), open));
  return out;
}

const inline = [
  [/^\*\*([^*\n]+)\*\*/, (m, open) => h('strong', {}, spans(m[1], open))],
  [/^\[([^\]\n]*)\]\(([^)\s]+)\)/, (m, open) => link(m[1], m[2], open)],
  [/^`([^`\n]+)`/, (m) => h('code', {}, m[1])],
  [/^<font\s+color\s*=\s*["']?(info|comment|warning)["']?\s*>([\s\S]*?)<\/font>/i,
    (m, open) => h('span', { class: `md-${m[1].toLowerCase()}` }, spans(m[2], open))],
];

function spans(text, open) {
  const out = [];
  let plain = '';
  for (let i = 0; i < text.length;) {
    const rest = text.slice(i);
    const hit = inline.map(([form, make]) => [form.exec(rest), make]).find(([m]) => m);
    if (!hit) {
      plain += text[i];
      i += 1;
      continue;
    }
    out.push(linked(plain, open), hit[1](hit[0], open));
    plain = '';
    i += hit[0][0].length;
  }
  out.push(linked(plain, open));
  return out;
}

/** The markdown subset: headings, bold, links, code, quotes, three colours. */
export function markdown(text, open) {
  const out = [];
  let quote = null;
  for (const line of text.split('\n')) {
    const heading = /^(#{1,6})\s+(.*)$/.exec(line);
    const quoted = /^>\s?(.*)$/.exec(line);
    if (quoted) {
      if (!quote) out.push(quote = h('blockquote', {}));
      quote.append(h('div', {}, spans(quoted[1], open)));
      continue;
    }
    quote = null;
    if (heading) out.push(h('div', { class: `md-h md-h${heading[1].length}`, role: 'heading', 'aria-level': String(heading[1].length + 2) }, spans(heading[2], open)));
    else out.push(h('div', { class: line.trim() ? null : 'md-gap' }, spans(line, open)));
  }
  return out;
}

const kept = new Set(['gray', 'normal', 'highlight']);

/** The description of a textcard: <br>, and <div class="gray|normal|highlight">. */
export function cardHTML(text) {
  const doc = new DOMParser().parseFromString(text.replace(/\n/g, '<br>'), 'text/html');
  const walk = (node) => {
    if (node.nodeType === Node.TEXT_NODE) return node.data;
    if (node.nodeName === 'BR') return h('br');
    const inner = [...node.childNodes].map(walk);
    if (node.nodeName !== 'DIV') return inner;
    const name = [...node.classList].find((c) => kept.has(c));
    return h('div', { class: name ? `tc-${name}` : null }, inner);
  };
  return [...doc.body.childNodes].map(walk);
}

/** A message as one line of a chat list. */
export function oneLine(text) {
  return text.replace(/<[^>]+>/g, '').replace(/\*\*|`|^#+\s*|^>\s*/gm, '').replace(/\[([^\]]*)\]\([^)]*\)/g, '$1').replace(/\s+/g, ' ').trim();
}
