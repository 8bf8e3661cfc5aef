import type { UseQueryResult } from '@tanstack/react-query'
import type { ReplayLog } from '@/replay/log'
import { QueryContent } from '@/ui/feedback'
import { ReplayView } from '../replay/ReplayView'
import '../room/room.css'
import '../room/editor.css'
import '../room/panels.css'
import '../replay/replay.css'
import './calibration.css'

/** Plays a replay without names. It has no notes. */
export function AnonymousReplay({ query }: { query: UseQueryResult<ReplayLog> }) {
  return (
    <QueryContent query={query} lines={12}>
      {(log) => <ReplayView withoutNotes log={log} />}
    </QueryContent>
  )
}
