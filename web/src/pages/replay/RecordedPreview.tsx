import { lazy, Suspense, useMemo } from 'react'
import { useTranslation } from 'react-i18next'
import type { PreviewSource } from '@/preview/source'
import type { Player } from '@/replay/player'
import { filesOf, languageOf, type Recording } from '@/replay/recording'
import { defaultPath } from '@/room/fileNames'
import { PAGE_LANGUAGE } from '@/room/starter'

const PreviewPane = lazy(() => import('@/preview/PreviewPane'))

/** Whether the answer at a time is a page. */
export function hasPageAt(recording: Recording, time: number): boolean {
  const state = recording.stateAt(time)
  return languageOf(state, state.answer) === PAGE_LANGUAGE
}

/** The page as it was at the player's time. */
export function RecordedPreview({ player, recording }: { player: Player; recording: Recording }) {
  const { t } = useTranslation('room')
  const source = useMemo(() => createSource(player, recording), [player, recording])
  return (
    <Suspense>
      <PreviewPane source={source} heading={<h2 className="room-toolbar__title">{t('preview.title')}</h2>} />
    </Suspense>
  )
}

function createSource(player: Player, recording: Recording): PreviewSource {
  const filesAt = (time: number) => {
    const state = recording.stateAt(time)
    const { entry, files } = filesOf(state, state.answer)
    const versions = files.map(({ doc, path }) => {
      const history = recording.documents.get(doc)
      return { doc, path: path ?? defaultPath(languageOf(state, state.answer)), history, version: history?.versionAt(time) ?? 0 }
    })
    return { entry, versions }
  }
  const keyAt = (time: number) => {
    const { entry, versions } = filesAt(time)
    return JSON.stringify([entry, versions.map(({ doc, path, version }) => [doc, path, version])])
  }
  return {
    read: () => {
      const { time } = player.getSnapshot()
      const { entry, versions } = filesAt(time)
      const path = versions.find(({ doc }) => doc === entry)?.path
      if (path === undefined || !hasPageAt(recording, time)) return undefined
      return { entry: path, files: versions.map((file) => ({ path: file.path, text: file.history?.textAt(file.version).toString() ?? '' })) }
    },
    subscribe: (listener) => {
      let shown = keyAt(player.getSnapshot().time)
      return player.subscribe(() => {
        const key = keyAt(player.getSnapshot().time)
        if (key === shown) return
        shown = key
        listener('change')
      })
    },
  }
}
