// One message in the WeChat of somebody outside. Its body is the request as the
// application sent it: of customer service, or a welcome with attachments.

import { h, icon } from './dom.js';
import { oneLine, richText } from './markup.js';
import { t } from './text.js';

const media = (id) => `/sim/media/${encodeURIComponent(id)}`;

export function drawOutside(m, ctx) {
  return h('article', { class: `msg${m.mine ? ' mine' : ''}`, 'aria-label': m.mine ? t('chat.mine') : ctx.chat.name },
    h('img', { class: 'avatar', src: m.mine ? ctx.me.avatar : ctx.chat.avatar, alt: '' }),
    h('div', { class: 'msg-body out-parts' }, parts(m, ctx)));
}

function parts(m, ctx) {
  const body = m.body ?? {};
  if (body.welcome_code || body.attachments) {
    return [m.text && bubble(m.text, ctx), (body.attachments ?? []).map((a) => part(a.msgtype, a, ctx))];
  }
  return part(m.msgtype, body, ctx) ?? bubble(m.text || m.msgtype, ctx);
}

const bubble = (text, ctx) => h('div', { class: 'bubble' }, richText(text, ctx.open));
const download = (id, symbol, label) => h('a', { class: 'file', href: media(id), target: '_blank', rel: 'noopener' }, icon(symbol), h('span', { class: 'file-text' }, label));

const kinds = {
  text: (b, ctx) => bubble(b.text?.content ?? '', ctx),
  image: (b) => picture(b.image?.media_id ? media(b.image.media_id) : b.image?.pic_url),
  voice: (b) => download(b.voice.media_id, 'chat', t('msg.voice')),
  video: (b) => h('figure', { class: 'clip' }, h('video', { src: media(b.video.media_id), controls: true, preload: 'metadata' })),
  file: (b) => download(b.file.media_id, 'list', t('msg.file')),
  link: (b, ctx) => h('a', { class: 'shared-link', href: ctx.open(b.link.url), target: '_blank', rel: 'noopener' },
    h('strong', {}, b.link.title), b.link.desc && h('span', {}, b.link.desc), (b.link.thumb_media_id || b.link.picurl) && h('img', { src: b.link.thumb_media_id ? media(b.link.thumb_media_id) : b.link.picurl, alt: '' })),
  msgmenu: menu,
  location: (b) => h('div', { class: 'bubble' }, `${t('out.place')} ${b.location?.name ?? ''} ${b.location?.address ?? ''}`),
  miniprogram: (b) => h('div', { class: 'bubble' }, `${t('out.mini')} ${b.miniprogram?.title ?? ''}`),
};

const part = (kind, body, ctx) => kinds[kind]?.(body, ctx);
const picture = (src) => h('a', { class: 'picture', href: src, target: '_blank', rel: 'noopener' }, h('img', { src, alt: t('msg.image') }));

function menu(b, ctx) {
  const m = b.msgmenu;
  const entry = (item) => {
    switch (item.type) {
      case 'click': return h('button', { type: 'button', class: 'out-choice', on: { click: () => ctx.choose(item.click) } }, item.click.content);
      case 'view': return h('a', { class: 'out-choice', href: ctx.open(item.view.url), target: '_blank', rel: 'noopener' }, item.view.content);
      case 'miniprogram': return h('span', { class: 'dim' }, `${t('out.mini')} ${item.miniprogram?.content ?? ''}`);
      default: return h('span', {}, item.text?.content ?? '');
    }
  };
  return h('div', { class: 'bubble out-menu', role: 'group', 'aria-label': m.head_content || t('out.menuTail') },
    m.head_content && h('div', {}, m.head_content), (m.list ?? []).map(entry), m.tail_content && h('div', { class: 'dim' }, m.tail_content));
}

export function outsideSummary(m) {
  if (!m) return '';
  const stand = { image: 'msg.image', voice: 'msg.voice', video: 'msg.video', file: 'msg.file', link: 'msg.link', location: 'out.place', miniprogram: 'out.mini' }[m.msgtype];
  return stand ? t(stand) : oneLine(m.text || m.body?.text?.content || m.body?.msgmenu?.head_content || '');
}
