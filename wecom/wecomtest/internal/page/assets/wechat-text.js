// The texts of the WeChat of people outside.

import { addTexts } from './text.js';

addTexts({
  'out.title': ['微信模拟器', 'WeChat simulator', 'WeChat シミュレーター'],
  'out.pick': ['选择一位企业外的人', 'Choose somebody outside the company', '社外の人を選択'],
  'out.lead': ['以候选人或客户的身份使用微信：扫“联系我”二维码、打开链接、向微信客服发消息。', 'Use WeChat as a candidate or customer: scan a contact code, open links, write to customer service.', '候補者や顧客として WeChat を使い、QR コード・リンク・カスタマーサービスを試します。'],
  'out.none': ['还没有企业外的人', 'Nobody outside yet', '社外の人はまだいません'],
  'out.name': ['姓名', 'Name', '氏名'],
  'out.new': ['新建', 'Create', '作成'],
  'out.newLead': ['新建一个人', 'Create a person', '人を作成'],
  'out.knows': ['好友：{names}', 'Knows {names}', '連絡先：{names}'],
  'out.stranger': ['还没有企业联系人', 'No contact in the company yet', '企業の連絡先なし'],
  'out.switch': ['换一个人', 'Somebody else', '別の人'],
  'out.you': ['当前身份：{name}', 'You are {name}', '現在：{name}'],
  'out.chats': ['聊天', 'Chats', 'チャット'],
  'out.scan': ['扫一扫、打开链接', 'Scan or open a link', 'スキャン・リンクを開く'],
  'out.link': ['链接或二维码内容', 'Link or content of a code', 'リンクまたはコードの内容'],
  'out.way': ['“联系我”二维码', 'Contact code', '連絡先コード'],
  'out.kf': ['微信客服链接', 'Customer service link', 'カスタマーサービス'],
  'out.noPlaces': ['应用还没有建立“联系我”或微信客服链接。', 'No application has made a contact code or a customer service link.', 'コードやリンクはまだありません。'],
  'out.empty': ['还没有聊天。扫一个二维码，或打开一个链接。', 'No chats yet. Scan a code or open a link.', 'チャットはまだありません。'],
  'out.input': ['发送消息给“{name}”', 'Write to {name}', '「{name}」にメッセージを送信'],
  'out.picture': ['发送图片', 'Send a picture', '画像を送信'],
  'out.member': ['与成员的聊天只显示应用发出的欢迎语。', 'Chats with members show the welcome that applications send.', 'メンバーとのチャットは歓迎メッセージのみ表示します。'],
  'out.menuTail': ['菜单', 'Menu', 'メニュー'],
  'out.place': ['[位置]', '[Place]', '[位置]'],
  'out.mini': ['[小程序]', '[Mini program]', '[ミニプログラム]'],
  'out.gone': ['没有这个人', 'There is no such person', '該当する人がいません'],
  'out.failed': ['没有送达应用：{why}', 'Not delivered to the application: {why}', 'アプリに届きませんでした：{why}'],
  'out.client': ['企业微信', 'WeCom', 'WeCom'],
});
