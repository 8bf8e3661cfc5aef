// The texts of meetings.

import { addTexts } from './text.js';

addTexts({
  'meet.none': ['没有会议', 'No meetings', '会議はありません'],
  'meet.choose': ['选择一个会议', 'Choose a meeting', '会議を選んでください'],
  'meet.next': ['待开始和进行中', 'To come', 'これから'],
  'meet.past': ['已结束', 'Past', '過去'],
  'meet.waiting': ['待开始', 'Not begun', '開始前'],
  'meet.running': ['进行中', 'Running', '進行中'],
  'meet.ended': ['已结束', 'Ended', '終了'],
  'meet.cancelled': ['已取消', 'Cancelled', '取消済み'],
  'meet.expired': ['已过期', 'Expired', '期限切れ'],
  'meet.time': ['时间', 'Time', '日時'],
  'meet.code': ['会议号', 'Meeting code', '会議番号'],
  'meet.admin': ['发起人', 'Host', '主催者'],
  'meet.place': ['地点', 'Place', '場所'],
  'meet.about': ['说明', 'About', '説明'],
  'meet.link': ['入会链接', 'Link', 'リンク'],
  'meet.people': ['参会人', 'Invited', '参加者'],
  'meet.join': ['加入会议', 'Join', '参加する'],
  'meet.leave': ['离开会议', 'Leave', '退出する'],
  'meet.end': ['结束会议', 'End for all', '会議を終了'],
  'meet.cancel': ['取消会议', 'Cancel meeting', '会議を取り消す'],
  'meet.inside': ['你在会议中。模拟器没有音视频，只记录谁在会议里。', 'You are in the meeting. There is no sound or picture here: only who is in it.', '会議に参加中です。音声・映像はなく、参加者だけを記録します。'],
  'meet.here': ['在会议中', 'here', '参加中'],
  'meet.joined': ['参加过', 'was there', '参加済み'],
  'meet.gone': ['没有这个会议', 'There is no such meeting', '会議が見つかりません'],
  'meet.guest': ['你不是以成员身份打开的，只能看到会议信息。', 'You have not opened this as a member: you can only look.', 'メンバーとして開いていないため、閲覧のみです。'],
  'meet.uninvited': ['{name} 不在邀请名单里。', '{name} is not invited.', '{name} は招待されていません。'],
});
