// Every text that the client shows, in three languages.

const texts = {
  'app.title': ['企业微信模拟器', 'WeCom simulator', 'WeCom シミュレーター'],
  'nav.label': ['主导航', 'Main navigation', 'メインナビゲーション'],
  'nav.chats': ['消息', 'Messages', 'トーク'],
  'nav.contacts': ['通讯录', 'Contacts', '連絡先'],
  'nav.workbench': ['工作台', 'Workspace', 'アプリ'],
  'nav.schedule': ['日程', 'Calendar', '予定'],
  'nav.meetings': ['会议', 'Meetings', '会議'],
  'nav.operator': ['控制台', 'Operator', '管理'],
  'nav.switch': ['切换成员', 'Switch member', 'メンバー切替'],
  'nav.you': ['当前成员：{name}', 'You are {name}', '現在のメンバー：{name}'],
  'picker.title': ['选择一位成员', 'Choose a member', 'メンバーを選択'],
  'picker.lead': ['以这位成员的身份使用企业微信。每个标签页可以是不同的成员。', 'Use WeCom as this member. Each tab can be somebody else.', 'このメンバーとして WeCom を使います。タブごとに別のメンバーになれます。'],
  'picker.search': ['搜索姓名、账号或职务', 'Search name, id or position', '氏名・ID・役職で検索'],
  'picker.corp': ['企业', 'Company', '企業'],
  'picker.none': ['没有找到成员', 'No member found', 'メンバーが見つかりません'],
  'picker.tab': ['在新标签页打开', 'Open in a new tab', '新しいタブで開く'],
  'picker.empty': ['模拟器里还没有企业。用 Go 代码、配置文件或 wecomsim 添加一个。', 'There is no company yet. Add one from Go, a file or wecomsim.', 'まだ企業がありません。'],
  'picker.shown': ['显示 {n} / {total} 位成员', '{n} of {total} members', '{total} 人中 {n} 人を表示'],
  'chats.label': ['会话列表', 'Conversations', '会話一覧'],
  'chats.search': ['搜索', 'Search', '検索'],
  'chats.none': ['没有应用消息', 'No application messages', 'アプリのメッセージはありません'],
  'chats.choose': ['选择一个会话', 'Choose a conversation', '会話を選んでください'],
  'chats.unread': ['{n} 条未读', '{n} unread', '未読 {n} 件'],
  'chats.back': ['返回', 'Back', '戻る'],
  'chats.app': ['应用', 'App', 'アプリ'],
  'chat.log': ['与“{name}”的消息', 'Messages with {name}', '「{name}」のメッセージ'],
  'chat.empty': ['暂无消息', 'No messages yet', 'メッセージはまだありません'],
  'chat.input': ['发送消息给“{name}”', 'Write to {name}', '「{name}」にメッセージを送信'],
  'chat.send': ['发送', 'Send', '送信'],
  'chat.enter': ['Enter 发送，Shift+Enter 换行', 'Enter sends, Shift+Enter breaks the line', 'Enter で送信、Shift+Enter で改行'],
  'chat.deaf': ['这个应用没有设置接收消息', 'This application does not receive messages', 'このアプリはメッセージを受信しません'],
  'chat.group': ['群聊由应用创建，模拟器里不能发言', 'An application made this group; one cannot write here in the simulator', 'アプリが作成したグループです。ここでは発言できません'],
  'chat.menu': ['应用菜单', 'Application menu', 'アプリメニュー'],
  'chat.write': ['切换到输入框', 'Switch to writing', '入力に切替'],
  'chat.home': ['打开应用', 'Open application', 'アプリを開く'],
  'chat.earlier': ['查看更早的消息', 'Earlier messages', '以前のメッセージ'],
  'chat.failed': ['没有送达应用：{why}', 'Not delivered to the application: {why}', 'アプリに届きませんでした：{why}'],
  'chat.mine': ['我', 'Me', '自分'],
  'msg.recalled': ['消息已撤回', 'Message recalled', 'メッセージは取り消されました'],
  'msg.details': ['详情', 'Details', '詳細'],
  'msg.safe': ['保密消息', 'Confidential', '社外秘'],
  'msg.image': ['[图片]', '[Image]', '[画像]'],
  'msg.voice': ['[语音]', '[Voice]', '[音声]'],
  'msg.video': ['[视频]', '[Video]', '[動画]'],
  'msg.file': ['[文件]', '[File]', '[ファイル]'],
  'msg.news': ['[图文]', '[Article]', '[記事]'],
  'msg.notice': ['[小程序通知]', '[Mini program]', '[ミニプログラム]'],
  'msg.card': ['[模板卡片]', '[Card]', '[カード]'],
  'card.menu': ['卡片菜单', 'Card menu', 'カードメニュー'],
  'card.submit': ['提交', 'Submit', '送信'],
  'card.select': ['请选择', 'Choose', '選択'],
  'work.title': ['工作台', 'Workspace', 'ワークベンチ'],
  'work.apps': ['自建应用', 'Company applications', '自社アプリ'],
  'work.none': ['没有可见的应用', 'No application is visible to you', '利用できるアプリはありません'],
  'work.open': ['打开 {name}', 'Open {name}', '{name} を開く'],
  'work.newtab': ['在新标签页中打开', 'Opens in a new tab', '新しいタブで開きます'],
  'mail.title': ['已发送的邮件', 'Sent mail', '送信されたメール'],
  'mail.lead': ['应用通过应用邮箱发送的邮件，最新的在前。', 'Mail from the mailboxes of applications, the newest first.', 'アプリのメールボックスから送信されたメール（新しい順）。'],
  'mail.none': ['还没有邮件', 'No mail yet', 'メールはまだありません'],
  'mail.to': ['收件人：{to}', 'To: {to}', '宛先：{to}'],
  'plan.none': ['还没有日程', 'Nothing in your calendar', '予定はありません'],
  'plan.accept': ['接受', 'Accept', '参加'],
  'plan.tentative': ['待定', 'Tentative', '未定'],
  'plan.decline': ['拒绝', 'Decline', '不参加'],
  'plan.answer': ['你的答复', 'Your answer', '回答'],
  'plan.cancelled': ['已取消', 'Cancelled', '取消済み'],
  'plan.people': ['参与人', 'Attendees', '参加者'],
  'plan.day': ['全天', 'All day', '終日'],
  'plan.repeats': ['重复日程', 'Repeats', '繰り返し'],
  'plan.every0': ['每 {n} 天', 'every {n} day(s)', '{n} 日ごと'],
  'plan.every1': ['每 {n} 周', 'every {n} week(s)', '{n} 週ごと'],
  'plan.every2': ['每 {n} 个月', 'every {n} month(s)', '{n} か月ごと'],
  'plan.every5': ['每 {n} 年', 'every {n} year(s)', '{n} 年ごと'],
  'plan.every7': ['每个工作日', 'every working day', '平日ごと'],
  'plan.monthday': ['{n} 日', 'day {n}', '{n} 日'],
  'plan.until': ['至 {day}', 'until {day}', '{day} まで'],
  'plan.today': ['今天', 'Today', '今日'],
  'contacts.title': ['组织架构', 'Organisation', '組織'],
  'contacts.search': ['搜索成员', 'Search members', 'メンバー検索'],
  'contacts.choose': ['选择一位成员', 'Choose a member', 'メンバーを選択'],
  'contacts.department': ['部门', 'Department', '部署'],
  'contacts.position': ['职务', 'Position', '役職'],
  'contacts.account': ['账号', 'User id', 'アカウント'],
  'contacts.mobile': ['手机', 'Mobile', '携帯'],
  'contacts.email': ['邮箱', 'Mail', 'メール'],
  'contacts.be': ['以此成员打开', 'Be this member', 'このメンバーになる'],
  'contacts.you': ['我', 'You', '自分'],
  'time.yesterday': ['昨天', 'Yesterday', '昨日'],
  'login.title': ['企业微信登录', 'WeCom sign-in', 'WeCom ログイン'],
  'login.scan': ['请使用企业微信扫描二维码登录', 'Scan with WeCom to sign in to', 'WeCom でスキャンしてログイン'],
  'login.standin': ['模拟器没有手机：请选择由谁来扫码。', 'There is no phone here: choose who scans the code.', 'ここにはスマホがありません。誰がスキャンするか選んでください。'],
  'login.who': ['谁来扫码', 'Who scans', 'スキャンする人'],
  'login.as': ['以 {name} 登录', 'Sign in as {name}', '{name} としてログイン'],
  'login.quick': ['快速登录', 'Quick sign-in', 'クイックログイン'],
  'login.busy': ['正在登录…', 'Signing in…', 'ログイン中…'],
  'page.noPermission': ['你没有权限使用该应用，请联系管理员', 'You have no permission to use this application', 'このアプリを使う権限がありません'],
  'error.load': ['加载失败：{why}', 'Could not load: {why}', '読み込めません：{why}'],
  'error.member': ['没有这位成员', 'There is no such member', 'メンバーが見つかりません'],
  'state.lost': ['连接中断，正在重连…', 'Connection lost, reconnecting…', '接続が切れました。再接続中…'],
};

const order = ['zh-CN', 'en', 'ja'];

function choose() {
  const asked = new URLSearchParams(location.search).get('lang') ?? sessionStorage.getItem('wecomsim.lang');
  for (const want of [asked, ...navigator.languages]) {
    const found = order.findIndex((tag) => want && want.slice(0, 2).toLowerCase() === tag.slice(0, 2));
    if (found >= 0) {
      if (asked) sessionStorage.setItem('wecomsim.lang', order[found]);
      return found;
    }
  }
  return 0;
}

const chosen = choose();
document.documentElement.lang = order[chosen];

/** The language of the page: zh-CN, en or ja. */
export const language = order[chosen];

/** The text of an id with {name} replaced. */
export function t(id, values = {}) {
  const text = texts[id]?.[chosen] ?? more[id]?.[chosen] ?? id;
  return text.replace(/\{(\w+)\}/g, (whole, name) => values[name] ?? whole);
}

let more = {};

/** Adds the texts of another page. */
export function addTexts(table) {
  more = { ...more, ...table };
}

/** A moment as a chat list shows it: today the hour, then the day. */
export function shortTime(iso, now) {
  const at = new Date(iso);
  const today = new Date(now);
  const midnight = new Date(today.getFullYear(), today.getMonth(), today.getDate());
  const clock = at.toLocaleTimeString(language, { hour: '2-digit', minute: '2-digit', hour12: false });
  if (at >= midnight) return clock;
  if (at >= midnight - 86400000) return t('time.yesterday');
  return at.toLocaleDateString(language, at.getFullYear() === today.getFullYear()
    ? { month: 'numeric', day: 'numeric' } : { year: 'numeric', month: 'numeric', day: 'numeric' });
}

/** A moment as it stands between messages. */
export function longTime(iso, now) {
  const at = new Date(iso);
  const day = shortTime(iso, now);
  const clock = at.toLocaleTimeString(language, { hour: '2-digit', minute: '2-digit', hour12: false });
  return day === clock ? clock : `${day} ${clock}`;
}
