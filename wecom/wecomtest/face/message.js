// One message of a chat.

import { drawCard } from './card.js';
import { h, icon } from './dom.js';
import { cardHTML, markdown, oneLine, richText } from './markup.js';
import { t } from './text.js';

/** Draws a message with the picture of who sent it. */
export function drawMessage(message, ctx) {
  const mine = message.fromUser;
  if (message.recalled) return h('article', { class: 'recalled' }, t('msg.recalled'));
  const who = mine ? t('chat.mine') : ctx.app.name;
  const wide = ['textcard', 'template_card', 'news', 'mpnews'].includes(message.msgtype);
  return h('article', { class: `msg${mine ? ' mine' : ''}${wide ? ' wide' : ''}`, 'aria-label': who, 'data-msgid': message.msgid },
    h('img', { class: 'face', src: mine ? ctx.me.avatar : ctx.app.logo, alt: '' }),
    h('div', { class: 'msg-body' }, content(message, ctx),
      message.safe > 0 && h('div', { class: 'msg-safe' }, t('msg.safe'))));
}

const kinds = {
  text: (m, ctx) => h('div', { class: 'bubble' }, richText(m.text.content, ctx.open)),
  markdown: (m, ctx) => h('div', { class: 'bubble md' }, markdown(m.markdown.content, ctx.open)),
  textcard: textCard,
  template_card: drawCard,
  news,
};

const stands = { image: 'msg.image', voice: 'msg.voice', video: 'msg.video', file: 'msg.file', mpnews: 'msg.news', miniprogram_notice: 'msg.notice' };

function content(message, ctx) {
  const draw = kinds[message.msgtype];
  return draw ? draw(message, ctx) : h('div', { class: 'bubble' }, t(stands[message.msgtype] ?? message.msgtype));
}

function textCard(message, ctx) {
  const card = message.textcard;
  return h('a', { class: 'textcard', href: ctx.open(card.url), target: '_blank', rel: 'noopener' },
    h('div', { class: 'textcard-title' }, card.title),
    h('div', { class: 'textcard-text' }, cardHTML(card.description)),
    h('div', { class: 'textcard-foot' }, h('span', {}, card.btntxt || t('msg.details')), icon('next')));
}

function news(message, ctx) {
  const [first, ...rest] = message.news.articles;
  return h('div', { class: 'news' },
    h('a', { class: 'news-first', href: ctx.open(first.url), target: '_blank', rel: 'noopener' },
      first.picurl && h('img', { src: first.picurl, alt: '' }),
      h('div', { class: 'news-title' }, first.title),
      !rest.length && first.description && h('div', { class: 'news-text' }, first.description)),
    rest.map((a) => h('a', { class: 'news-next', href: ctx.open(a.url), target: '_blank', rel: 'noopener' },
      h('span', {}, a.title), a.picurl && h('img', { src: a.picurl, alt: '' }))));
}

/** The line that a chat list shows for a message. */
export function summary(message) {
  if (!message) return '';
  if (message.recalled) return t('msg.recalled');
  switch (message.msgtype) {
    case 'text': return oneLine(message.text.content);
    case 'markdown': return oneLine(message.markdown.content);
    case 'textcard': return message.textcard.title;
    case 'news': return message.news.articles[0].title;
    case 'template_card': return message.template_card.main_title?.title || message.template_card.sub_title_text || t('msg.card');
    default: return t(stands[message.msgtype] ?? message.msgtype);
  }
}
