// The consent page of platform authorisation.

import { addTexts, card, fill, get, h, post, t, toast } from './kit.js';

addTexts({
  'c.title': ['授权给“{app}”', 'Let {app} act for your team', '「{app}」に権限を許可'],
  'c.text': ['同意后，这个平台可以代表您的团队使用：', 'Once you agree, the platform may use on behalf of your team:', '許可すると、このプラットフォームはチームに代わって次を利用できます：'],
  'c.exam': ['笔试', 'Written tests', '筆記テスト'],
  'c.interview': ['面试', 'Interviews', '面接'],
  'c.team': ['团队', 'Team', 'チーム'],
  'c.agree': ['同意', 'Agree', '許可'],
  'c.refuse': ['拒绝', 'Refuse', '拒否'],
  'c.problem': ['不能授权', 'This cannot be authorised', '許可できません'],
  'c.client': ['没有这个应用（client_id）。', 'There is no such application (client_id).', 'このアプリケーションは存在しません（client_id）。'],
  'c.redirect': ['回调地址不是登记的那一个（redirect_uri）。', 'The address to return to is not the registered one (redirect_uri).', '戻り先が登録と一致しません（redirect_uri）。'],
  'c.type': ['response_type 必须是 code。', 'response_type must be code.', 'response_type は code でなければなりません。'],
  'c.scope': ['scope 必须是 exam、interview 或两者。', 'scope must be exam, interview or both.', 'scope は exam、interview、またはその両方です。'],
});

const app = document.getElementById('app');

async function answer(teamId) {
  try {
    location.assign((await post(`/sim/consent${location.search}`, { teamId })).url);
  } catch (error) {
    toast(t('error.act', { why: error.message }));
  }
}

async function load() {
  const page = await get(`/sim/consent${location.search}`);
  if (page.problem) {
    document.title = `${t('c.problem')} · ShowMeBug`;
    fill(app, card(h('h1', {}, t('c.problem')), h('p', {}, t(`c.${page.problem}`))));
    return;
  }
  const team = h('select', { class: 'input', id: 'team' }, page.teams.map((one) => h('option', { value: one.id }, one.name)));
  document.title = `${t('c.title', { app: page.app })} · ShowMeBug`;
  fill(app, card(h('h1', {}, t('c.title', { app: page.app })), h('p', {}, t('c.text')), h('p', {}, page.scopes.map((scope) => [h('span', { class: 'tag started' }, t(`c.${scope}`)), ' '])),
    h('label', { class: 'field', for: 'team' }, t('c.team'), team),
    h('div', { class: 'acts' }, h('button', { type: 'button', class: 'btn primary', on: { click: () => answer(Number(team.value)) } }, t('c.agree')),
      h('button', { type: 'button', class: 'btn', on: { click: () => answer(0) } }, t('c.refuse')))));
}

load().catch((error) => fill(app, card(h('p', {}, t('error.load', { why: error.message })))));
