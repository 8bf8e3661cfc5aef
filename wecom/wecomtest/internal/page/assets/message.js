// One message of a chat.

import { streamText } from './bots.js';
import { drawCard } from './card.js';
import { h, icon } from './dom.js';
import { cardHTML, markdown, oneLine, richText } from './markup.js';
import { markdownV2 } from './markup2.js';
import { t } from './text.js';

/** Draws a message with the picture of who sent it. */
export function drawMessage(message, ctx) {
  const mine = message.fromUser;
  if (message.recalled) return h('article', { class: 'recalled' }, t('msg.recalled'));
  const who = mine ? t('chat.mine') : message.author?.name ?? ctx.app.name;
  const wide = ['textcard', 'template_card', 'news', 'mpnews', 'miniprogram_notice', 'markdown_v2'].includes(message.msgtype);
  return h('article', { class: `msg${mine ? ' mine' : ''}${wide ? ' wide' : ''}`, 'aria-label': who, 'data-msgid': message.msgid },
    h('img', { class: 'avatar', src: mine ? ctx.me.avatar : message.author?.avatar ?? ctx.app.logo, alt: '' }),
    h('div', { class: 'msg-body' }, ctx.group && h('div', { class: 'msg-who' }, who), message.quote && h('blockquote', { class: 'msg-quote' }, oneLine(message.quote)), content(message, ctx),
      ctx.extras?.(message), message.safe > 0 && h('div', { class: 'msg-safe' }, t('msg.safe'))));
}

const kinds = {
  text: (m, ctx) => h('div', { class: 'bubble' }, richText(m.text.content, ctx.open)),
  markdown: (m, ctx) => h('div', { class: 'bubble md' }, markdown(m.markdown.content, ctx.open)),
  markdown_v2: (m, ctx) => h('div', { class: 'bubble md' }, m.stream ? streamText(m.markdown_v2.content, ctx.open) : markdownV2(m.markdown_v2.content, ctx.open)),
  link: (m, ctx) => h('a', { class: 'shared-link', href: ctx.open(m.link.link), target: '_blank', rel: 'noopener' },
    h('strong', {}, m.link.title || m.link.link), h('span', {}, m.link.desc), /^https?:/.test(m.link.imgUrl ?? '') && h('img', { src: m.link.imgUrl, alt: '' })),
  location: (m) => h('div', { class: 'bubble place' }, h('strong', {}, m.location.label || m.location.poiName), h('span', {}, `${m.location.latitude}, ${m.location.longitude}`)),
  textcard: textCard,
  template_card: drawCard,
  news: (m, ctx) => articles(m.news.articles.map((a) => ({ ...a, href: ctx.open(a.url), text: a.description }))),
  mpnews: (m) => articles(m.mpnews.articles.map((a, i) => ({ ...a, href: `/sim/article/${encodeURIComponent(m.msgid)}/${i}`, picurl: mediaAddress(a.thumb_media_id), text: a.digest }))),
  image: (m) => picture(m.picture ?? mediaAddress(m.image.media_id), m.image?.name),
  voice: (m) => h('div', { class: 'bubble' }, h('a', { href: mediaAddress(m.voice.media_id), download: m.voice.name }, `${t('msg.voice')} ${m.voice.name}`)),
  video: (m) => h('figure', { class: 'clip' }, h('video', { src: mediaAddress(m.video.media_id), controls: true, preload: 'metadata' }),
    m.video.title && h('figcaption', {}, h('strong', {}, m.video.title), m.video.description && h('div', {}, m.video.description))),
  file: (m) => h('a', { class: 'file', href: mediaAddress(m.file.media_id), target: '_blank', rel: 'noopener' },
    h('span', { class: 'file-text' }, h('span', { class: 'file-name' }, m.file.name), h('span', { class: 'file-size' }, size(m.file.size))),
    h('span', { class: 'file-kind', 'aria-hidden': 'true' }, (m.file.name?.split('.').pop() ?? '').slice(0, 4).toUpperCase())),
  miniprogram_notice: notice,
};

const stands = { image: 'msg.image', voice: 'msg.voice', video: 'msg.video', file: 'msg.file', mpnews: 'msg.news', miniprogram_notice: 'msg.notice' };

const picture = (src, name) => h('a', { class: 'picture', href: src, target: '_blank', rel: 'noopener' }, h('img', { src, alt: name || t('msg.image') }));
const mediaAddress = (id) => `/sim/media/${encodeURIComponent(id)}`;
const size = (n) => (n < 1024 ? `${n} B` : n < 1048576 ? `${(n / 1024).toFixed(1)} KB` : `${(n / 1048576).toFixed(1)} MB`);

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

function articles([first, ...rest]) {
  return h('div', { class: 'news' },
    h('a', { class: 'news-first', href: first.href, target: '_blank', rel: 'noopener' },
      first.picurl && h('img', { src: first.picurl, alt: '' }),
      h('div', { class: 'news-title' }, first.title),
      !rest.length && first.text && h('div', { class: 'news-text' }, first.text)),
    rest.map((a) => h('a', { class: 'news-next', href: a.href, target: '_blank', rel: 'noopener' },
      h('span', {}, a.title), a.picurl && h('img', { src: a.picurl, alt: '' }))));
}

function notice(message) {
  const n = message.miniprogram_notice;
  const [first, ...rest] = n.content_item ?? [];
  const rows = n.emphasis_first_item ? rest : (n.content_item ?? []);
  return h('section', { class: 'tcard', 'aria-label': n.title },
    h('div', { class: 'tcard-title' }, n.title), n.description && h('div', { class: 'tcard-desc' }, n.description),
    n.emphasis_first_item && first && h('div', { class: 'tcard-emphasis' }, h('strong', {}, first.value), h('span', {}, first.key)),
    rows.length > 0 && h('dl', { class: 'tcard-rows' }, rows.map((r) => h('div', {}, h('dt', {}, r.key), h('dd', {}, r.value)))),
    n.page && h('div', { class: 'notice-foot' }, t('msg.notice')));
}

/** The line that a chat list shows for a message. */
export function summary(message) {
  if (!message) return '';
  if (message.recalled) return t('msg.recalled');
  switch (message.msgtype) {
    case 'text': return oneLine(message.text.content);
    case 'markdown': return oneLine(message.markdown.content);
    case 'markdown_v2': return oneLine(message.markdown_v2.content);
    case 'link': return `${t('msg.link')} ${message.link.title || message.link.link}`;
    case 'location': return `${t('msg.location')} ${message.location.label}`;
    case 'textcard': return message.textcard.title;
    case 'news': return message.news.articles[0].title;
    case 'mpnews': return message.mpnews.articles[0].title;
    case 'miniprogram_notice': return message.miniprogram_notice.title;
    case 'file': return `${t('msg.file')} ${message.file.name}`;
    case 'template_card': return message.template_card.main_title?.title || message.template_card.sub_title_text || t('msg.card');
    default: return t(stands[message.msgtype] ?? message.msgtype);
  }
}
