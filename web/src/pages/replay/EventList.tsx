import { useEffect, useMemo, useRef, useState } from 'react'
import { useTranslation } from 'react-i18next'
import type { Player } from '@/replay/player'
import { foldText } from '@/replay/foldText'
import { momentKinds, type MomentKind, type Recording } from '@/replay/recording'
import { SelectField, TextField } from '@/ui/Field'
import { SearchIcon } from '@/ui/icons'
import { useEventText } from './eventText'
import { formatOffset } from '@/time/formatOffset'
import type { NoteMoment } from './noteMoments'
import { usePlayerSnapshot } from './usePlayer'

/** Rows that are rendered at most. */
const MAX_ROWS = 500

const eventKinds = momentKinds.filter((kind) => kind !== 'edit' && kind !== 'note')

interface Row {
  time: number
  kind: MomentKind
  text: string
}

/** The events and the timed notes, which can be searched; a click moves the player there. */
export function EventList({ player, recording, notes }: { player: Player; recording: Recording; notes: NoteMoment[] }) {
  const { t } = useTranslation('replay')
  const eventText = useEventText(recording)
  const [kind, setKind] = useState<MomentKind | ''>('')
  const [search, setSearch] = useState('')
  const rows = useMemo(() => {
    const events = recording.moments.flatMap(({ time, kind, event }): Row[] => (event ? [{ time, kind, text: eventText(event) }] : []))
    const written = notes.map(({ time, note }): Row => ({ time, kind: 'note', text: t('event.note', { name: note.author.name, text: note.text }) }))
    return [...events, ...written].sort((a, b) => a.time - b.time)
  }, [recording, notes, eventText, t])
  const needle = foldText(search.trim())
  const matching = rows.filter((row) => (kind === '' || row.kind === kind) && foldText(row.text).includes(needle))
  const current = usePlayerSnapshot(player, ({ time }) => matching.findLastIndex((row) => row.time <= time))
  const listedKinds: MomentKind[] = notes.length > 0 ? [...eventKinds, 'note'] : eventKinds
  const options = [{ value: '', label: t('all') }, ...listedKinds.map((value) => ({ value, label: t(`kind.${value}`) }))]
  return (
    <>
      <div className="replay-events__filter">
        <TextField hideLabel type="search" label={t('search')} placeholder={t('search')} icon={<SearchIcon />} value={search} onChange={setSearch} />
        <SelectField hideLabel label={t('filter')} value={kind} options={options} onChange={(value) => setKind(value as MomentKind | '')} />
      </div>
      {matching.length === 0 && <p className="room-empty hm-muted">{t('noMatch')}</p>}
      <ol className="room-scroll replay-events">
        {matching.slice(0, MAX_ROWS).map((row, index) => (
          <EventRow key={index} row={row} current={index === current} onSelect={() => player.seek(row.time)} />
        ))}
        {matching.length > MAX_ROWS && <li className="hm-small hm-muted">{t('more', { count: matching.length - MAX_ROWS })}</li>}
      </ol>
    </>
  )
}

function EventRow({ row: { time, kind, text }, current, onSelect }: { row: Row; current: boolean; onSelect: () => void }) {
  const element = useRef<HTMLLIElement>(null)
  useEffect(() => {
    if (current) element.current?.scrollIntoView({ block: 'nearest' }) // braces: newer browsers return a promise
  }, [current])
  return (
    <li ref={element}>
      <button type="button" className="replay-event" aria-current={current || undefined} onClick={onSelect}>
        <span className="hm-num hm-muted">{formatOffset(time)}</span>
        <span className={`replay-mark replay-mark--${kind}`} aria-hidden="true" />
        <span className="replay-event__text hm-wrap">{text}</span>
      </button>
    </li>
  )
}
