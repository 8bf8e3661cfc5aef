// Covers the page with a notice when the browser lacks what the front end needs, or cannot read its code.
// A classic script in ECMAScript 5, because such a browser does not run the others.
;(function () {
  'use strict'

  var TEXTS = [
    ['zh-CN', '浏览器版本太旧', '无法显示这个页面。请更新浏览器，或者用新版 Chrome、Edge、Safari 或 Firefox 打开这个链接：'],
    ['en', 'Your browser is too old', 'This page cannot be displayed. Update the browser, or open this link in a recent version of Chrome, Edge, Safari or Firefox:'],
    ['ja', 'ブラウザーが古すぎます', 'このページを表示できません。ブラウザーを更新するか、新しい Chrome、Edge、Safari、Firefox でこのリンクを開いてください：'],
  ]

  function isSupported() {
    return (
      'noModule' in HTMLScriptElement.prototype &&
      'at' in Array.prototype &&
      'findLast' in Array.prototype &&
      'hasOwn' in Object &&
      'WebSocket' in window &&
      'ResizeObserver' in window &&
      typeof HTMLDialogElement === 'function' &&
      'formatToParts' in Intl.DateTimeFormat.prototype
    )
  }

  function createElement(parent, name, text, style) {
    var element = document.createElement(name)
    if (text) element.textContent = text
    element.setAttribute('style', style)
    parent.appendChild(element)
    return element
  }

  function showNotice() {
    if (document.getElementById('hm-old-browser')) return
    var root = document.getElementById('root')
    if (root) root.style.display = 'none'
    document.title = TEXTS[0][1]
    var box = createElement(document.body, 'main', '', 'max-width:560px;margin:0 auto;padding:48px 24px;font:16px/1.6 sans-serif;color:#222')
    box.id = 'hm-old-browser'
    box.setAttribute('role', 'alert')
    for (var i = 0; i < TEXTS.length; i++) {
      var part = createElement(box, 'section', '', 'margin-bottom:24px')
      part.lang = TEXTS[i][0]
      createElement(part, i === 0 ? 'h1' : 'h2', TEXTS[i][1], 'margin:0 0 8px;font-size:20px')
      createElement(part, 'p', TEXTS[i][2], 'margin:0')
    }
    createElement(box, 'p', location.href, 'margin:0;padding:12px;border:1px solid #ccc;word-break:break-all;-webkit-user-select:all;user-select:all')
  }

  function check() {
    if (!isSupported()) showNotice()
  }

  // A script that cannot be parsed, before the page is displayed.
  window.addEventListener('error', function (event) {
    var root = document.getElementById('root')
    if (event.error instanceof SyntaxError && !(root && root.firstChild)) showNotice()
  })
  if (document.body) check()
  else document.addEventListener('DOMContentLoaded', check)
})()
