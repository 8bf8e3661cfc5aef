// Template cards, as WeCom draws them: five kinds, before and after an update.

import { h, icon, toast } from './dom.js';
import { link } from './markup.js';
import { t } from './text.js';

const sourceColours = ['grey', 'black', 'red', 'green'];

/**
 * Draws the card of a message. ctx.open(url) makes an address that opens as the
 * member; ctx.press(key, chosen) presses a button and resolves when delivered.
 */
export function drawCard(message, ctx) {
  const card = message.template_card;
  const form = new Map(); // question key → list of option ids
  const parts = [
    head(message, card, ctx, form),
    body(card, ctx),
    ...questions(message, card, form),
    foot(message, card, ctx, form),
    jumps(card, ctx),
  ];
  const label = card.main_title?.title || card.sub_title_text || t('msg.card');
  return h('section', { class: `tcard tcard-${card.card_type}`, 'aria-label': label }, parts);
}

function head(message, card, ctx, form) {
  const menu = card.action_menu;
  if (!card.source && !menu) return null;
  const colour = sourceColours[card.source?.desc_color ?? 0] ?? 'grey';
  return h('header', { class: 'tcard-source' },
    card.source?.icon_url && h('img', { src: card.source.icon_url, alt: '', width: 16, height: 16 }),
    h('span', { class: `tcard-source-${colour}` }, card.source?.desc),
    menu && actionMenu(menu, ctx, form));
}

function actionMenu(menu, ctx, form) {
  const list = h('div', { class: 'tcard-menu-list', role: 'menu' },
    menu.action_list.map((a) => h('button', {
      type: 'button', role: 'menuitem',
      on: { click: (e) => { e.currentTarget.closest('details').open = false; press(e.currentTarget, a.key, ctx, form); } },
    }, a.text)));
  return h('details', { class: 'tcard-menu' },
    h('summary', { 'aria-label': menu.desc || t('card.menu') }, icon('more')), list);
}

/** What a tap on the card opens stands in one link; links of its own follow it. */
function body(card, ctx) {
  const inner = [
    cover(card),
    card.main_title?.title && h('div', { class: 'tcard-title', role: 'heading', 'aria-level': '3' }, card.main_title.title),
    card.main_title?.desc && h('div', { class: 'tcard-desc' }, card.main_title.desc),
    emphasis(card.emphasis_content),
    !quoted(card) && card.sub_title_text && h('div', { class: 'tcard-sub' }, card.sub_title_text),
  ];
  const action = card.card_action;
  const main = action?.type === 1
    ? h('a', { class: 'tcard-main', href: ctx.open(action.url), target: '_blank', rel: 'noopener' }, inner)
    : h('div', { class: 'tcard-main' }, inner);
  return [main, imageText(card.image_text_area), quote(card.quote_area, ctx),
    quoted(card) && card.sub_title_text && h('div', { class: 'tcard-sub' }, card.sub_title_text),
    vertical(card.vertical_content_list), horizontal(card.horizontal_content_list, ctx)];
}

const quoted = (card) => Boolean(card.quote_area?.title || card.quote_area?.quote_text);

const cover = (card) => card.card_image && h('img', {
  class: (card.card_image.aspect_ratio ?? 1.3) > 1.75 ? 'tcard-cover wide' : 'tcard-cover',
  src: card.card_image.url, alt: '',
});

const emphasis = (e) => e && (e.title || e.desc) && h('div', { class: 'tcard-emphasis' },
  h('strong', {}, e.title), e.desc && h('span', {}, e.desc));

const imageText = (a) => a && h('div', { class: 'tcard-imagetext' },
  h('img', { src: a.image_url, alt: '' }),
  h('div', {}, a.title && h('div', { class: 'tcard-it-title' }, a.title), a.desc && h('div', { class: 'tcard-desc' }, a.desc)));

function quote(q, ctx) {
  if (!q?.title && !q?.quote_text) return null;
  const inner = [q.title && h('div', { class: 'tcard-quote-title' }, q.type === 1 ? link(q.title, q.url, ctx.open) : q.title),
    q.quote_text && h('div', {}, q.quote_text)];
  return h('blockquote', { class: 'tcard-quote' }, inner);
}

const vertical = (list) => list?.length > 0 && h('div', { class: 'tcard-vertical' },
  list.map((v) => h('div', {}, h('div', { class: 'tcard-it-title' }, v.title), v.desc && h('div', { class: 'tcard-desc' }, v.desc))));

function horizontal(list, ctx) {
  if (!list?.length) return null;
  return h('dl', { class: 'tcard-rows' }, list.map((row) => h('div', {},
    h('dt', {}, row.keyname),
    h('dd', {}, row.type === 1 ? link(row.value || row.url, row.url, ctx.open)
      : row.type === 3 ? h('span', { class: 'tcard-person' }, row.value || row.userid) : row.value))));
}

function jumps(card, ctx) {
  if (!card.jump_list?.length) return null;
  return h('ul', { class: 'tcard-jumps' }, card.jump_list.map((j) => h('li', {},
    j.type === 1
      ? h('a', { href: ctx.open(j.url), target: '_blank', rel: 'noopener' }, h('span', {}, j.title), icon('next'))
      : h('span', {}, j.title))));
}

/** The questions of a card. What is chosen is kept in form. */
function questions(message, card, form) {
  const out = [];
  const off = Boolean(message.buttonText);
  const selections = [...(card.select_list ?? []), ...(card.button_selection ? [card.button_selection] : [])];
  for (const q of selections) {
    const first = q.option_list.find((o) => o.id === q.selected_id) ?? q.option_list[0];
    form.set(q.question_key, [first.id]);
    out.push(h('label', { class: 'tcard-select' }, h('span', {}, q.title || t('card.select')),
      h('select', { disabled: off || q.disable, on: { change: (e) => form.set(q.question_key, [e.target.value]) } },
        q.option_list.map((o) => h('option', { value: o.id, selected: o === first }, o.text)))));
  }
  if (card.checkbox) out.push(vote(message.seq, card.checkbox, form, off));
  return out;
}

function vote(seq, box, form, off) {
  const many = box.mode === 1;
  const chosen = new Set(box.option_list.filter((o) => o.is_checked).map((o) => o.id));
  form.set(box.question_key, [...chosen]);
  const change = (id, on) => {
    if (!many) chosen.clear();
    if (on) chosen.add(id); else chosen.delete(id);
    form.set(box.question_key, box.option_list.map((o) => o.id).filter((x) => chosen.has(x)));
  };
  return h('fieldset', { class: 'tcard-vote', disabled: off || box.disable },
    h('legend', { class: 'hidden' }, t('card.select')),
    box.option_list.map((o) => h('label', {},
      h('input', { type: many ? 'checkbox' : 'radio', name: `vote-${seq}`, checked: chosen.has(o.id), on: { change: (e) => change(o.id, e.target.checked) } }),
      h('span', {}, o.text))));
}

/** The buttons, or the grey one that took their place. */
function foot(message, card, ctx, form) {
  const buttons = card.button_list ?? (card.submit_button ? [{ ...card.submit_button, text: card.submit_button.text || t('card.submit') }] : []);
  if (message.buttonText) return h('div', { class: 'tcard-buttons' }, h('button', { type: 'button', class: 'tb tb-grey', disabled: true }, message.buttonText));
  if (!buttons.length) return null;
  const tall = buttons.length > 2 || buttons.some((b) => b.text.length > 8);
  return h('div', { class: tall ? 'tcard-buttons tall' : 'tcard-buttons' }, buttons.map((b) => {
    const style = b.style >= 1 && b.style <= 4 ? b.style : 1;
    if (b.type === 1) return h('a', { class: `tb tb-${style}`, href: ctx.open(b.url), target: '_blank', rel: 'noopener' }, b.text);
    return h('button', { type: 'button', class: `tb tb-${style}`, on: { click: (e) => press(e.currentTarget, b.key, ctx, form) } }, b.text);
  }));
}

async function press(button, key, ctx, form) {
  if (button.getAttribute('aria-busy') === 'true') return;
  button.setAttribute('aria-busy', 'true');
  try {
    const chosen = [...form].map(([questionKey, optionIds]) => ({ questionKey, optionIds }));
    await ctx.press(key, chosen);
  } catch (error) {
    toast(t('chat.failed', { why: error.message }));
  } finally {
    button.removeAttribute('aria-busy');
  }
}
