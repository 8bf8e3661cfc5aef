import '@/ui/diff-lines.css'

/** A removed and an added text. */
export function DiffText({ before, after }: { before: string; after: string }) {
  return (
    <pre className="hm-code hm-diff">
      <del>{`- ${before}\n`}</del>
      <ins>{`+ ${after}\n`}</ins>
    </pre>
  )
}
