// The texts of chats with smart bots.

import { addTexts } from './text.js';

addTexts({
  'bot.tag': ['智能机器人', 'Smart bot', 'スマートボット'],
  'bot.reasoning': ['思考过程', 'Reasoning', '思考の過程'],
  'bot.writing': ['正在生成…', 'Writing…', '生成中…'],
  'bot.expired': ['6 分钟内没有完成，企业微信不再刷新', 'Not finished within 6 minutes: WeCom has stopped the refreshes', '6 分以内に完了しなかったため、更新は終了しました'],
  'bot.refreshes': ['已刷新 {n} 次', 'Refreshed {n} times', '{n} 回更新されました'],
  'bot.feedback1': ['准确', 'Accurate', '正確'],
  'bot.feedback2': ['不准确', 'Inaccurate', '不正確'],
  'bot.thanks': ['反馈已发送', 'Feedback sent', 'フィードバックを送信しました'],
});
