import type { Extension } from '@codemirror/state'
import type { KeymapId } from '@/preferences/editor'

/** The key bindings of another editor, which are loaded on demand. */
export async function loadKeymap(id: KeymapId): Promise<Extension> {
  switch (id) {
    case 'vim':
      return (await import('@replit/codemirror-vim')).vim({ status: true })
    case 'emacs':
      return (await import('@replit/codemirror-emacs')).emacs()
    case 'default':
      return []
  }
}
