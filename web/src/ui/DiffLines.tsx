import type { DiffLine } from './diffTexts'
import './diff-lines.css'

const signs: Record<DiffLine['kind'], string> = { same: ' ', added: '+', removed: '-' }

/** The difference of two texts, line by line. */
export function DiffLines({ lines }: { lines: DiffLine[] }) {
  return (
    <pre className="hm-code hm-diff">
      {lines.map(({ kind, text }, index) => {
        const line = `${signs[kind]} ${text}\n`
        if (kind === 'added') return <ins key={index}>{line}</ins>
        if (kind === 'removed') return <del key={index}>{line}</del>
        return <span key={index}>{line}</span>
      })}
    </pre>
  )
}
