import type { ComponentProps, ReactNode } from 'react'
import { Link } from 'react-router'
import TButton from 'tdesign-react/es/button/index.js'

type ButtonStyle = Pick<ComponentProps<typeof TButton>, 'theme' | 'variant' | 'size' | 'icon' | 'block'>

/**
 * TDesign's button with defaults: theme "default", type "button". The tag is set because TDesign
 * renders a disabled button as a div, which is not a button to a screen reader.
 */
export function Button(props: ComponentProps<typeof TButton>) {
  return <TButton type="button" tag="button" theme="default" {...props} />
}

/** A link styled as a button: it can be opened in a new tab and is a link to screen readers. */
export function ButtonLink({ to, children, theme = 'default', variant = 'base', size = 'medium', icon, block }: ButtonStyle & { to: string; children: ReactNode }) {
  const sizes = { small: 't-size-s', medium: '', large: 't-size-l' }
  const className = ['t-button', `t-button--theme-${theme}`, `t-button--variant-${variant}`, sizes[size], block && 't-size-full-width']
  return (
    <Link to={to} className={className.filter(Boolean).join(' ')}>
      {icon as ReactNode}
      <span className="t-button__text">{children}</span>
    </Link>
  )
}
