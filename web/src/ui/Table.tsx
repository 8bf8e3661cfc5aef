import type { ReactNode } from 'react'
import './table.css'

interface Column<T> {
  title: string
  cell: (row: T) => ReactNode
  /** The cell that names the row: the card's heading on a phone. */
  isRowHeader?: boolean
  /** A column of buttons: right-aligned, without a visible heading. */
  isActions?: boolean
  /** Hidden on tablets, whose rows have no room for it; shown in the cards of a phone. */
  isSecondary?: boolean
}

/** A table; on a phone each row is a card with labelled values. */
export function Table<T extends { id: string }>({ label, columns, rows }: { label: string; columns: Column<T>[]; rows: T[] }) {
  return (
    <table className="hm-table" aria-label={label}>
      <thead>
        <tr>
          {columns.map(({ title, isActions, isSecondary }) => (
            <th key={title} scope="col" className={isSecondary ? 'hm-table__secondary' : undefined}>
              {isActions ? <span className="hm-sr-only">{title}</span> : title}
            </th>
          ))}
        </tr>
      </thead>
      <tbody>
        {rows.map((row) => (
          <tr key={row.id}>
            {columns.map((column) => (
              <Cell key={column.title} column={column} row={row} />
            ))}
          </tr>
        ))}
      </tbody>
    </table>
  )
}

function Cell<T>({ column, row }: { column: Column<T>; row: T }) {
  const content = column.cell(row)
  const empty = content === undefined || content === null || content === '' || content === false
  if (column.isActions) {
    return <td className={empty ? 'hm-table__none' : 'hm-table__actions'}>{!empty && <div>{content}</div>}</td>
  }
  const classes = [column.isRowHeader ? 'hm-table__main' : empty && 'hm-table__none', column.isSecondary && 'hm-table__secondary'].filter(Boolean)
  return (
    <td data-label={column.isRowHeader ? undefined : column.title} className={classes.join(' ') || undefined}>
      {empty ? <span className="hm-table__dash">–</span> : content}
    </td>
  )
}
