import { useEffect, useRef, useState, useSyncExternalStore, type ReactNode, type RefObject } from 'react'
import { useTranslation } from 'react-i18next'
import { autoRefreshPreference, previewWidthPreference } from '@/preferences/preview'
import { usePreference } from '@/preferences/preference'
import { Button } from '@/ui/Button'
import { Checkbox } from '@/ui/Checkbox'
import { SelectField } from '@/ui/Field'
import { composePage } from './compose'
import { PreviewHost, type ConsoleEntry, type PreviewSnapshot } from './host'
import type { PreviewSource } from './source'
import './preview.css'

const PAUSE_MS = 800 // in typing, before the page is shown again

const emptySnapshot: PreviewSnapshot = { state: 'idle', entries: [], dropped: 0 }

/** The page of an answer, and its console. Each reader has a page of their own. */
export default function PreviewPane({ source, heading }: { source: PreviewSource; heading: ReactNode }) {
  const { t } = useTranslation('room')
  const area = useRef<HTMLDivElement>(null)
  const auto = usePreference(autoRefreshPreference) === 'on'
  const width = usePreference(previewWidthPreference)
  const { host, refresh } = usePreview(area, source, auto)
  const { state, entries, dropped } = useSnapshot(host)
  const isOpen = state === 'loading' || state === 'shown'
  return (
    <div className="preview">
      <header className="room-toolbar room-toolbar--slim room-toolbar--wrap">
        {heading}
        <span className="hm-grow" />
        <Checkbox checked={auto} onChange={(checked) => autoRefreshPreference.set(checked ? 'on' : 'off')}>
          {t('preview.auto')}
        </Checkbox>
        <div className="preview__width">
          <SelectField
            hideLabel
            label={t('preview.width')}
            value={width}
            options={previewWidthPreference.values.map((value) => ({ value, label: value === 'fit' ? t('preview.fit') : `${value} px` }))}
            onChange={(value) => previewWidthPreference.set(value as typeof width)}
          />
        </div>
        <Button size="small" variant="outline" disabled={!isOpen} onClick={() => host?.stop()}>
          {t('preview.stop')}
        </Button>
        <Button size="small" variant="outline" onClick={refresh}>
          {t('preview.refresh')}
        </Button>
      </header>
      <div className="preview__body">
        <div className="preview__area" role="region" aria-label={t('preview.area')} tabIndex={width === 'fit' ? undefined : 0}>
          <div className="preview__page" ref={area} style={width === 'fit' ? undefined : { width: `${width}px` }} />
          {!isOpen && (
            <p className="preview__notice hm-muted" role="status">
              {t(`preview.state.${state}`)}
            </p>
          )}
        </div>
        <Console entries={entries} dropped={dropped} onClear={() => host?.clearConsole()} />
      </div>
    </div>
  )
}

function useSnapshot(host: PreviewHost | null): PreviewSnapshot {
  return useSyncExternalStore(
    (listener) => host?.subscribe(listener) ?? (() => undefined),
    () => host?.getSnapshot() ?? emptySnapshot,
  )
}

/** Shows the page of the source in an element, and again when the source changes. */
function usePreview(area: RefObject<HTMLDivElement | null>, source: PreviewSource, auto: boolean) {
  const { t } = useTranslation('room')
  const [host, setHost] = useState<PreviewHost | null>(null)
  const title = useRef(t('preview.frame'))
  const requestShow = useRef<() => void>(() => undefined)
  useEffect(() => {
    if (!area.current) return
    const created = new PreviewHost(area.current, title.current)
    setHost(created)
    return () => created.destroy()
  }, [area])
  useEffect(() => {
    const element = area.current
    if (!host || !element) return
    let timer: ReturnType<typeof setTimeout> | undefined
    let isStale = true
    const show = () => {
      clearTimeout(timer)
      const page = source.read()
      isStale = false
      if (page) host.show(composePage(page.files, page.entry))
    }
    // A page in a panel that is hidden has no size.
    const showIfStale = () => {
      if (auto && isStale && !host.isStopped && element.clientWidth > 0) show()
    }
    requestShow.current = show
    const unsubscribe = source.subscribe((reason) => {
      if (reason === 'request') return show()
      isStale = true
      clearTimeout(timer)
      timer = setTimeout(showIfStale, PAUSE_MS)
    })
    const observer = new ResizeObserver(showIfStale)
    observer.observe(element)
    return () => {
      clearTimeout(timer)
      unsubscribe()
      observer.disconnect()
    }
  }, [area, host, source, auto])
  return { host, refresh: () => requestShow.current() }
}

/** What the page writes to its console, newest last. */
function Console({ entries, dropped, onClear }: Pick<PreviewSnapshot, 'entries' | 'dropped'> & { onClear: () => void }) {
  const { t } = useTranslation('room')
  const list = useRef<HTMLDivElement>(null)
  useEffect(() => {
    if (list.current) list.current.scrollTop = list.current.scrollHeight
  }, [entries])
  return (
    <section className="preview__console" aria-label={t('preview.console')}>
      <header className="preview__console-head">
        <h3>{t('preview.console')}</h3>
        {dropped > 0 && <span className="hm-muted hm-small">{t('preview.dropped', { count: dropped })}</span>}
        <span className="hm-grow" />
        <button type="button" className="room-link" disabled={entries.length === 0} onClick={onClear}>
          {t('preview.clear')}
        </button>
      </header>
      <div ref={list} className="preview__entries" role="log" tabIndex={0} aria-label={t('preview.console')}>
        {entries.length === 0 ? <p className="hm-muted">{t('preview.noEntries')}</p> : entries.map((entry) => <Entry key={entry.id} entry={entry} />)}
      </div>
    </section>
  )
}

const prefixed = new Set<ConsoleEntry['level']>(['alert', 'confirm', 'prompt', 'blocked', 'missing'])

function Entry({ entry: { level, text, path, line } }: { entry: ConsoleEntry }) {
  const { t } = useTranslation('room')
  const isError = level === 'error' || level === 'missing'
  const kind = isError ? 'error' : level === 'warn' || level === 'blocked' ? 'warn' : 'log'
  return (
    <div className={`preview__entry preview__entry--${kind}`}>
      {kind !== 'log' && <span className="hm-sr-only">{t(`preview.kind.${kind}`)}</span>}
      <span className="preview__text">{prefixed.has(level) ? t(`preview.level.${level as 'alert'}`, { text }) : text}</span>
      {path && <span className="preview__place hm-num">{line ? `${path}:${line}` : path}</span>}
    </div>
  )
}
