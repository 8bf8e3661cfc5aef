interface KeyEvent {
  keyCode: number
  nativeEvent: { isComposing: boolean }
}

/**
 * Whether an input method handles the key: handlers ignore it. The Enter that accepts a word arrives in
 * Safari after the composition has ended, with keyCode 229 (https://bugs.webkit.org/show_bug.cgi?id=165004).
 */
export function isInputMethodKey(event: KeyEvent): boolean {
  return event.nativeEvent.isComposing || event.keyCode === 229
}
