/** The folder of the character maps of pdf.js; see vite.config.ts. */
declare const __PDF_CMAPS__: string

declare module '*.mjs?url' {
  const url: string
  export default url
}
