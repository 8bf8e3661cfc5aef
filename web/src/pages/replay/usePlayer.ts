import { useEffect, useSyncExternalStore } from 'react'
import type { Player, PlayerSnapshot } from '@/replay/player'
import type { Recording } from '@/replay/recording'
import { isInputMethodKey } from '@/ui/keyboard'

export function usePlayerSnapshot<T>(player: Player, select: (snapshot: PlayerSnapshot) => T): T {
  return useSyncExternalStore(player.subscribe, () => select(player.getSnapshot()))
}

const SKIP = 5_000 // milliseconds

/** Moves to the next (1) or previous (-1) moment that is not an edit. */
function seekMoment(player: Player, recording: Recording, step: 1 | -1): void {
  const { time } = player.getSnapshot()
  const moments = recording.moments.filter(({ kind }) => kind !== 'edit' && kind !== 'note')
  const next = step > 0 ? moments.find((moment) => moment.time > time) : moments.findLast((moment) => moment.time < time - 1)
  if (next) player.seek(next.time)
}

const shortcuts: Record<string, (player: Player, recording: Recording) => void> = {
  ' ': (player) => player.toggle(),
  k: (player) => player.toggle(),
  ArrowLeft: (player) => player.skip(-SKIP),
  ArrowRight: (player) => player.skip(SKIP),
  ',': (player, recording) => seekMoment(player, recording, -1),
  '.': (player, recording) => seekMoment(player, recording, 1),
  '<': (player) => player.changeSpeed(-1),
  '>': (player) => player.changeSpeed(1),
  Home: (player) => player.seek(0),
  End: (player) => player.seek(Infinity),
}

/** Controls with keys of their own: the page's shortcuts do not apply in them. */
const ownKeys = 'input, textarea, select, button, a, [role="tab"], .cm-content'

export function usePlayerShortcuts(player: Player, recording: Recording): void {
  useEffect(() => {
    const handleKeyDown = (event: KeyboardEvent) => {
      const shortcut = shortcuts[event.key]
      if (!shortcut || event.ctrlKey || event.metaKey || event.altKey || isInputMethodKey({ keyCode: event.keyCode, nativeEvent: event })) return
      if (event.target instanceof Element && event.target.closest(ownKeys)) return
      event.preventDefault()
      shortcut(player, recording)
    }
    window.addEventListener('keydown', handleKeyDown)
    return () => window.removeEventListener('keydown', handleKeyDown)
  }, [player, recording])
}
