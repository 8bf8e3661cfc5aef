// Starter code: that of a page has its styles and its script in files beside the HTML file.

export const PAGE_LANGUAGE = 'html'

/** The files of a page beside the HTML file, by the language of the starter code that they have. */
export const pageFiles: Record<string, string> = { css: 'style.css', javascript: 'script.js' }

export interface Starter {
  /** text of the entry */
  text: string
  /** files beside it */
  others: { path: string; text: string }[]
}

/** The starter code of a question in a language. Without one, a page starts with a skeleton. */
export function starterIn(code: Record<string, string> | undefined, language: string): Starter | undefined {
  const text = code?.[language]
  if (language !== PAGE_LANGUAGE) return text ? { text, others: [] } : undefined
  if (!text) return { text: emptyPage, others: Object.values(pageFiles).map((path) => ({ path, text: '' })) }
  return { text, others: Object.entries(pageFiles).flatMap(([id, path]) => (code[id] ? [{ path, text: code[id] }] : [])) }
}

/** The languages in which a question has starter code. Those of the files of a page are none of their own. */
export function starterLanguages(code: Record<string, string> | undefined): string[] {
  const languages = Object.keys(code ?? {})
  return code?.[PAGE_LANGUAGE] ? languages.filter((id) => !(id in pageFiles)) : languages
}

const emptyPage = `<!doctype html>
<html>
  <head>
    <meta charset="utf-8">
    <title></title>
    <link rel="stylesheet" href="style.css">
  </head>
  <body>
    <script src="script.js"></script>
  </body>
</html>
`
