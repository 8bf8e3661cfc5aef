// TDesign's messages come with the first one that is shown.
async function show(kind: 'success' | 'error' | 'warning', text: string): Promise<void> {
  announce(text)
  const { MessagePlugin } = await import('tdesign-react/es/message/index.js')
  void MessagePlugin[kind]({ content: text, duration: kind === 'success' ? 3000 : 6000, closeBtn: kind !== 'success' })
}

// TDesign's messages are silent to screen readers; this region is not.
function announce(text: string): void {
  let region = document.getElementById('hm-announcer')
  if (!region) {
    region = document.createElement('div')
    region.id = 'hm-announcer'
    region.className = 'hm-sr'
    region.setAttribute('role', 'status')
    document.body.append(region)
  }
  region.textContent = text
}

export const toast = {
  success: (text: string) => void show('success', text),
  error: (text: string) => void show('error', text),
  warning: (text: string) => void show('warning', text),
}
