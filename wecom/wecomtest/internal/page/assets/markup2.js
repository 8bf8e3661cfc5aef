// markdown_v2 of group robots: headings, lists, quotes, tables, code, pictures.
// It has no colours and calls nobody. Built as elements, like markup.js.

import { h } from './dom.js';
import { link } from './markup.js';

const inline = [
  [/^`([^`\n]+)`/, (m) => h('code', {}, m[1])],
  [/^\*\*([^\n]+?)\*\*/, (m, open) => h('strong', {}, spans(m[1], open))],
  [/^[*_]([^*_\n]+)[*_]/, (m, open) => h('em', {}, spans(m[1], open))],
  [/^!\[([^\]\n]*)\]\((https?:[^)\s]+)\)/, (m) => h('img', { src: m[2], alt: m[1] })],
  [/^\[([^\]\n]*)\]\(([^)\s]+)\)/, (m, open) => link(m[1], m[2], open)],
  [/^https?:\/\/[^\s<>"'，。；！？、）】》]+/, (m, open) => link(m[0], m[0], open)],
];

function spans(text, open) {
  const out = [];
  let plain = '';
  for (let i = 0; i < text.length;) {
    const rest = text.slice(i);
    const word = /[\p{L}\p{N}]$/u.test(plain); // an underscore inside a word is one
    const hit = inline.map(([form, make]) => [form.exec(rest), make]).find(([m]) => m && !(word && m[0][0] === '_'));
    if (!hit) {
      plain += text[i];
      i += 1;
      continue;
    }
    out.push(plain, hit[1](hit[0], open));
    plain = '';
    i += hit[0][0].length;
  }
  out.push(plain);
  return out;
}

const cells = (line) => line.trim().replace(/^\||\|$/g, '').split('|').map((c) => c.trim());
const item = /^(\s*)([-*+]|\d+[.)])\s+(.*)$/;

const blocks = [
  [/^\s*```/, (lines) => {
    const end = lines.findIndex((l, i) => i > 0 && /^\s*```/.test(l));
    const n = end < 0 ? lines.length : end;
    return [h('pre', { tabindex: '0' }, lines.slice(1, n).join('\n')), n + 1];
  }],
  [/^\s*([-*_])(\s*\1){2,}\s*$/, () => [h('hr'), 1]],
  [/^#{1,6}\s+/, ([line], open) => {
    const [, marks, text] = /^(#{1,6})\s+(.*)$/.exec(line);
    return [h('div', { class: `md-h md-h${marks.length}`, role: 'heading', 'aria-level': String(Math.min(marks.length + 2, 6)) }, spans(text, open)), 1];
  }],
  [/^\s*>/, (lines, open) => {
    const n = run(lines, /^\s*>/);
    return [h('blockquote', {}, markdownV2(lines.slice(0, n).map((l) => l.replace(/^\s*>\s?/, '')).join('\n'), open)), n];
  }],
  [item, (lines, open) => {
    const n = run(lines, /^\s*([-*+]|\d+[.)])\s+|^\s{2,}\S/);
    const [, indent, mark] = item.exec(lines[0]);
    const other = lines.slice(0, n).findIndex((l) => { const m = item.exec(l); return m && m[1].length <= indent.length && /\d/.test(m[2]) !== /\d/.test(mark); });
    const own = other < 0 ? n : other; // numbers after bullets begin a list of their own
    return [listOf(lines.slice(0, own), open), own];
  }],
  [/^\s*\|.*\|\s*$/, (lines, open) => {
    const n = run(lines, /^\s*\|.*\|\s*$/);
    const rows = lines.slice(0, n).filter((l, i) => i !== 1 || !/^[\s|:-]+$/.test(l)).map(cells);
    return [h('div', { class: 'md-table', tabindex: '0' }, h('table', {}, h('thead', {}, h('tr', {}, rows[0].map((c) => h('th', {}, spans(c, open))))),
      h('tbody', {}, rows.slice(1).map((r) => h('tr', {}, r.map((c) => h('td', {}, spans(c, open)))))))), n];
  }],
];

/** How many lines from the first on have a form. */
function run(lines, form) {
  const end = lines.findIndex((l) => !form.test(l));
  return end < 0 ? lines.length : end;
}

/** A list with the lists inside its entries. */
function listOf(lines, open) {
  const [, indent, mark] = item.exec(lines[0]);
  const out = h(/\d/.test(mark) ? 'ol' : 'ul', {});
  for (let i = 0; i < lines.length;) {
    const m = item.exec(lines[i]);
    let to = i + 1;
    while (to < lines.length && (item.exec(lines[to])?.[1].length ?? indent.length + 1) > indent.length) to += 1;
    const inner = lines.slice(i + 1, to).filter((l) => item.test(l));
    out.append(h('li', {}, spans(m ? m[3] : lines[i].trim(), open), inner.length ? listOf(inner, open) : null));
    i = to;
  }
  return out;
}

export function markdownV2(text, open) {
  const lines = text.split('\n');
  const out = [];
  while (lines.length) {
    const found = blocks.find(([form]) => form.test(lines[0]));
    const [element, used] = found ? found[1](lines, open) : [h('div', { class: lines[0].trim() ? null : 'md-gap' }, spans(lines[0], open)), 1];
    out.push(element);
    lines.splice(0, Math.max(used, 1));
  }
  return out;
}
