// The texts of what a member sends to an application.

import { addTexts } from './text.js';

addTexts({
  'send.more': ['发送图片、语音等', 'Send a picture, a recording, …', '画像や音声などを送信'],
  'send.image': ['图片', 'Picture', '画像'],
  'send.voice': ['语音', 'Voice', '音声'],
  'send.video': ['视频', 'Video', '動画'],
  'send.location': ['位置', 'Location', '位置情報'],
  'send.link': ['链接', 'Link', 'リンク'],
  'send.imageFile': ['图片文件（JPEG、PNG、GIF）', 'Picture file (JPEG, PNG, GIF)', '画像ファイル（JPEG、PNG、GIF）'],
  'send.imageHint': ['不选择文件时，发送一张示例图片。', 'Without a file, a sample picture is sent.', 'ファイルを選ばない場合は、サンプル画像を送信します。'],
  'send.voiceFile': ['语音文件（AMR、Speex）', 'Recording (AMR, Speex)', '音声ファイル（AMR、Speex）'],
  'send.voiceHint': ['浏览器无法录制 AMR。不选择文件时，发送一秒静音。', 'Browsers do not record AMR. Without a file, one second of silence is sent.', 'ブラウザーでは AMR を録音できません。ファイルを選ばない場合は、1 秒の無音を送信します。'],
  'send.videoFile': ['视频文件（MP4）', 'Video file (MP4)', '動画ファイル（MP4）'],
  'send.latitude': ['纬度', 'Latitude', '緯度'],
  'send.longitude': ['经度', 'Longitude', '経度'],
  'send.label': ['地址', 'Address', '住所'],
  'send.title': ['标题', 'Title', 'タイトル'],
  'send.desc': ['描述', 'Description', '説明'],
  'send.url': ['网址', 'Address of the page', 'URL'],
  'send.imgUrl': ['封面图片的网址', 'Address of the picture', '画像の URL'],
  'send.sample': ['上海市黄浦区人民大道 200 号', '200 People’s Avenue, Huangpu, Shanghai', '上海市黄浦区人民大道 200 号'],
  'msg.location': ['[位置]', '[Location]', '[位置情報]'],
});
