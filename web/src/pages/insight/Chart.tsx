import { useEffect, useRef } from 'react'
import { useTranslation } from 'react-i18next'
import { useQuery } from '@tanstack/react-query'
import { Skeleton } from '@/ui/feedback'
import type { ChartContent } from './chartContent'

/** A chart, whose library is loaded with the first one. Its table has the same values for screen readers. */
export function Chart({ label, content, onSelect }: { label: string; content: ChartContent; onSelect: (series: number, category: number) => void }) {
  const { t } = useTranslation('insight')
  const library = useQuery({ queryKey: ['chart library'], queryFn: () => import('./chart'), staleTime: Infinity, gcTime: Infinity })
  const element = useRef<HTMLDivElement>(null)
  const selected = useRef(onSelect)
  useEffect(() => {
    selected.current = onSelect
  })
  const drawChart = library.data?.drawChart
  useEffect(() => {
    if (!element.current || !drawChart) return
    return drawChart(element.current, content, (series, category) => selected.current(series, category)).remove
  }, [drawChart, content])
  if (library.isError) return <p className="hm-muted">{t('chartFailed')}</p>
  if (!drawChart) return <Skeleton lines={5} />
  return <div ref={element} className="hm-chart" style={content.horizontal ? { height: 60 + 26 * content.categories.length } : undefined} role="img" aria-label={t('chartLabel', { title: label })} />
}
