import { useCallback } from 'react'
import { useTranslation } from 'react-i18next'
import { useSession, useTimeZone } from '@/app/useSession'
import { sortVisible, textsOf } from '@/drawing/element'
import type { ReplayEvent } from '@/replay/log'
import type { Recording } from '@/replay/recording'
import { formatTime } from '@/time/format'
import { codeLanguageName } from '@/ui/codeLanguage'
import { countPassed } from '../room/testCount'

/** Returns a function that describes an event in the user's language. */
export function useEventText(recording: Recording): (event: ReplayEvent) => string {
  const { t } = useTranslation(['replay', 'room'])
  const { languages } = useSession().features.sandbox
  const zone = useTimeZone()
  return useCallback(
    (event: ReplayEvent): string => {
      const name = recording.nameOf(event.actor ?? '')
      switch (event.kind) {
        case 'language':
          return t('event.language', { name, language: codeLanguageName(languages, event.data.language) })
        case 'problem':
          return event.data.title ? t('event.problem', { name, title: event.data.title }) : t('event.noProblem', { name })
        case 'question_add':
          return t('event.questionAdd', { name, title: event.data.title })
        case 'question_done':
          return t(event.data.done ? 'event.questionDone' : 'event.questionUndone', { name, title: event.data.title })
        case 'file_create': {
          const { path, created = [] } = event.data
          return created.length > 1 ? t('event.filesCreated', { name, path, more: created.length - 1 }) : t('event.fileCreated', { name, path })
        }
        case 'file_rename':
          return t('event.fileRenamed', { name, path: event.data.path, from: event.data.from })
        case 'file_delete':
          return t('event.fileDeleted', { name, path: event.data.path })
        case 'file_entry':
          return t('event.fileEntry', { name, path: event.data.path })
        case 'extend':
          return t('event.extend', { name, time: formatTime(event.data.endsAt, zone) })
        case 'chat':
          return t('event.chat', { name: event.data.name, text: event.data.text })
        case 'run':
          if (event.data.shell) return t('event.openShell', { name, language: codeLanguageName(languages, event.data.language) })
          return t(event.data.tests ? 'event.runTests' : event.data.terminal ? 'event.runInTerminal' : 'event.run', { name })
        case 'input': {
          if (event.data.text.includes('\u0003')) return t('event.interrupt', { name })
          return t(event.data.text.includes('\u0004') ? 'event.endInput' : 'event.input', { name })
        }
        case 'drawing': {
          const texts = textsOf(sortVisible(event.data.elements)).join(t('separator'))
          return texts ? t('event.drawingText', { name, texts }) : t('event.drawing', { name })
        }
        case 'finish': {
          if (event.data.report) return t('event.finishTests', countPassed(event.data.report))
          const { status } = event.data.result
          return t('event.finish', { status: t(`room:output.status.${status}`, { defaultValue: status }) })
        }
        case 'paste': {
          const values = { name, count: event.data.length }
          return event.data.outside ? t('event.pasteOutside', values) : t('event.pasteInside', values)
        }
        case 'admit':
        case 'turn_away':
          return t(`event.${event.kind}`, { name: recording.nameOf(event.subject ?? '') })
        case 'output':
        case 'resize':
        case 'cursor':
        case 'drawing_checkpoint':
          return ''
        default:
          return t(`event.${event.kind}`, { name })
      }
    },
    [recording, languages, zone, t],
  )
}
