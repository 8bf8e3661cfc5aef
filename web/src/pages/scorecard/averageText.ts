/** An average with the best score of its scale; a dash without scores. */
export function averageText(average: number, scale: number | undefined): string {
  return average > 0 ? `${average.toFixed(1)} / ${scale}` : '–'
}
