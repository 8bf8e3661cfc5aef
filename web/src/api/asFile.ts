/** A request with a file, which is sent unchanged: the server detects its type from the content. */
export const asFile = (file: File) => ({
  headers: { 'Content-Type': 'application/octet-stream' },
  body: file as unknown as string,
  bodySerializer: (body: string) => body,
})
