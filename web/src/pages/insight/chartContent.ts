/** What a chart displays, without the library that draws it. */
export interface ChartContent {
  kind: 'bar' | 'line'
  categories: string[]
  series: {
    name: string
    /** The name of a CSS variable. */
    color: string
    /** null: no value. */
    values: (number | null)[]
    dashed?: boolean
  }[]
  format: (value: number) => string
  stacked?: boolean
  horizontal?: boolean
  /** Values are whole numbers. */
  whole?: boolean
  max?: number
}
