import type { BarSeriesOption, LineSeriesOption } from 'echarts/charts'
import { BarChart, LineChart } from 'echarts/charts'
import type { GridComponentOption, LegendComponentOption, TooltipComponentOption } from 'echarts/components'
import { GridComponent, LegendComponent, TooltipComponent } from 'echarts/components'
import type { ComposeOption, EChartsType } from 'echarts/core'
import { init, use as registerParts } from 'echarts/core'
import { SVGRenderer } from 'echarts/renderers'
import type { ChartContent } from './chartContent'

registerParts([BarChart, LineChart, GridComponent, LegendComponent, TooltipComponent, SVGRenderer])

type Option = ComposeOption<BarSeriesOption | LineSeriesOption | GridComponentOption | LegendComponentOption | TooltipComponentOption>

/** Draws a chart into an element in the colours of the theme; selecting a value calls onSelect with its indexes. */
export function drawChart(element: HTMLElement, content: ChartContent, onSelect: (series: number, category: number) => void): { remove: () => void } {
  const chart: EChartsType = init(element, null, { renderer: 'svg' })
  const draw = () => chart.setOption(chartOption(content, getComputedStyle(element), matchMedia('(prefers-reduced-motion: reduce)').matches), true)
  draw()
  chart.on('click', ({ seriesIndex, dataIndex }) => {
    if (seriesIndex !== undefined) onSelect(seriesIndex, dataIndex)
  })
  const resizing = new ResizeObserver(() => chart.resize())
  resizing.observe(element)
  const themes = new MutationObserver(draw)
  themes.observe(document.documentElement, { attributeFilter: ['theme-mode'] })
  return {
    remove: () => {
      resizing.disconnect()
      themes.disconnect()
      chart.dispose()
    },
  }
}

function chartOption(content: ChartContent, style: CSSStyleDeclaration, still: boolean): Option {
  const color = (name: string) => style.getPropertyValue(name).trim()
  const textStyle = { color: color('--td-text-color-secondary'), fontFamily: style.fontFamily, fontSize: 12 }
  const line = { lineStyle: { color: color('--hm-line') } }
  const categories = { type: 'category' as const, data: content.categories, axisLabel: { ...textStyle, hideOverlap: true, width: 110, overflow: 'truncate' as const }, axisLine: line, axisTick: { show: false }, inverse: content.horizontal }
  const values = { type: 'value' as const, max: content.max, minInterval: content.whole ? 1 : undefined, axisLabel: { ...textStyle, formatter: content.format }, splitLine: line }
  return {
    animation: !still,
    aria: { enabled: false },
    grid: { left: 8, right: 16, top: content.series.length > 1 ? 36 : 12, bottom: 4, containLabel: true },
    legend: { show: content.series.length > 1, top: 0, left: 0, itemWidth: 14, itemHeight: 10, textStyle },
    tooltip: {
      trigger: 'axis', renderMode: 'richText', confine: true, axisPointer: { type: content.kind === 'bar' ? 'shadow' : 'line' },
      backgroundColor: color('--td-bg-color-container'), borderColor: color('--hm-line'), textStyle: { ...textStyle, color: color('--td-text-color-primary') },
      valueFormatter: (value) => (typeof value === 'number' ? content.format(value) : '–'),
    },
    xAxis: content.horizontal ? values : categories,
    yAxis: content.horizontal ? categories : values,
    series: content.series.map((one) => seriesOption(content, one, color)),
  }
}

function seriesOption({ kind, stacked }: ChartContent, { name, color, values, dashed }: ChartContent['series'][number], colorOf: (name: string) => string): BarSeriesOption | LineSeriesOption {
  const shared = { name, data: values.map((value) => value ?? '-'), itemStyle: { color: colorOf(color) }, stack: stacked ? 'all' : undefined }
  if (kind === 'bar') return { ...shared, type: 'bar', barMaxWidth: 28 }
  return { ...shared, type: 'line', symbol: 'circle', symbolSize: 7, lineStyle: { color: colorOf(color), width: 2, type: dashed ? 'dashed' : 'solid' } }
}
