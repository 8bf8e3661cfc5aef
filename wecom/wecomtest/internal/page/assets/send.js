// What a member sends to an application besides text, and gives to items of its menu.

import './send-text.js';
import { askForm } from './dialog.js';
import { h, icon } from './dom.js';
import { readFile } from './files.js';
import { t } from './text.js';

const readAll = (files) => Promise.all(files.map(readFile));

async function askImages(title, most) {
  const form = await askForm(title, t('send.imageHint'), [
    { name: 'files', label: t('send.imageFile'), type: 'file', accept: 'image/jpeg,image/png,image/gif', multiple: most > 1 }]);
  return form && readAll(form.files);
}

async function askLocation(title) {
  const form = await askForm(title, '', [
    { name: 'latitude', label: t('send.latitude'), type: 'number', step: 'any', min: '-90', max: '90', required: true, value: '31.2304' },
    { name: 'longitude', label: t('send.longitude'), type: 'number', step: 'any', min: '-180', max: '180', required: true, value: '121.4737' },
    { name: 'label', label: t('send.label'), value: t('send.sample') }]);
  return form && { latitude: Number(form.latitude), longitude: Number(form.longitude), label: form.label };
}

/** The types of messages besides text. Each function resolves with the fields of the request, or undefined. */
const kinds = {
  async image() {
    const images = await askImages(t('send.image'), 1);
    return images && { image: images[0] ?? {} };
  },
  async voice() {
    const form = await askForm(t('send.voice'), t('send.voiceHint'), [{ name: 'files', label: t('send.voiceFile'), type: 'file', accept: '.amr,.spx,.speex' }]);
    return form && { voice: (await readAll(form.files))[0] ?? {} };
  },
  async video() {
    const form = await askForm(t('send.video'), '', [{ name: 'files', label: t('send.videoFile'), type: 'file', accept: 'video/mp4', required: true }]);
    return form && { video: (await readAll(form.files))[0] };
  },
  async location() {
    const location = await askLocation(t('send.location'));
    return location && { location };
  },
  async link() {
    const link = await askForm(t('send.link'), '', [
      { name: 'link', label: t('send.url'), type: 'url', required: true, pattern: 'https?://.+', value: 'https://' },
      { name: 'title', label: t('send.title'), required: true },
      { name: 'desc', label: t('send.desc') },
      { name: 'imgUrl', label: t('send.imgUrl'), type: 'url' }]);
    return link && { link };
  },
};

/** A menu with the types of messages besides text. send(fields) sends one. */
export function attachMenu(send) {
  const menu = h('details', { class: 'app-sub attach' }, h('summary', { 'aria-label': t('send.more'), title: t('send.more') }, icon('plus')),
    h('div', { class: 'app-sub-list' }, Object.entries(kinds).map(([name, ask]) => h('button', { type: 'button', on: { click: async () => {
      menu.open = false;
      const fields = await ask();
      if (fields) await send(fields);
    } } }, t(`send.${name}`)))));
  return menu;
}

async function askScan(title) {
  const form = await askForm(title, t('ask.scanHint'), [{ name: 'scanResult', label: t('ask.scanText'), required: true }]);
  return form && { scanResult: form.scanResult };
}

const askPictures = (most) => async (title) => {
  const pictures = await askImages(title, most);
  return pictures && { pictures };
};

const inputs = {
  scancode_push: askScan, scancode_waitmsg: askScan,
  pic_sysphoto: askPictures(1), pic_photo_or_album: askPictures(9), pic_weixin: askPictures(9),
  async location_select(title) {
    const location = await askLocation(title);
    return location && { location };
  },
};

/** Asks for what a menu item needs besides a click. Resolves with the fields of the request, or undefined. */
export const askMenuInput = async (item) => (inputs[item.type] ? inputs[item.type](item.name) : {});
