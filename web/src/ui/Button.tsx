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

function classOf({ theme = 'default', variant = 'base', size = 'medium', block }: ButtonStyle): string {
  const sizes = { small: 't-size-s', medium: '', large: 't-size-l' }
  return ['t-button', `t-button--theme-${theme}`, `t-button--variant-${variant}`, sizes[size], block && 't-size-full-width'].filter(Boolean).join(' ')
}

/** A link styled as a button: it can be opened in a new tab and is a link to screen readers. */
export function ButtonLink({ to, children, ...style }: ButtonStyle & { to: string; children: ReactNode }) {
  return (
    <Link to={to} className={classOf(style)}>
      {style.icon as ReactNode}
      <span className="t-button__text">{children}</span>
    </Link>
  )
}

/** A link to another site, styled as a button. It opens in a new tab. */
export function ExternalButtonLink({ href, label, title, children, ...style }: ButtonStyle & { href: string; label?: string; title?: string; children: ReactNode }) {
  return (
    <a href={href} aria-label={label} title={title} target="_blank" rel="noreferrer noopener" className={classOf(style)}>
      <span className="t-button__text">{children}</span>
    </a>
  )
}
