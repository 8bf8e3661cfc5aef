import type { components } from './schema'
import type { ProblemField } from './types'

/** What the server (or the way to it) answered instead of what was asked for. */
export class Problem extends Error {
  /** HTTP status; 0 when the server was not reached. */
  readonly status: number
  /** For a program, such as interview.in_past; client.offline when the server was not reached. */
  readonly code: string
  readonly fields: ProblemField[]
  readonly requestId: string | undefined

  constructor(status: number, code: string, detail: string, fields: ProblemField[] = [], requestId?: string) {
    super(detail)
    this.name = 'Problem'
    this.status = status
    this.code = code
    this.fields = fields
    this.requestId = requestId
  }

  /** Whether everything wrong with it may be overridden. */
  get onlyWarnings(): boolean {
    return this.fields.length > 0 && this.fields.every((f) => f.warning)
  }
}

/** Reads a failed answer. An answer that is no problem document (a proxy's page) still gives a Problem. */
export async function parseProblem(response: Response): Promise<Problem> {
  try {
    const body = (await response.clone().json()) as Partial<components['schemas']['Problem']>
    if (typeof body.code === 'string' && typeof body.detail === 'string') {
      return new Problem(response.status, body.code, body.detail, body.errors ?? [], body.requestId)
    }
  } catch {
    // Not JSON: fall through to what the status alone says.
  }
  return new Problem(response.status, `client.http_${response.status}`, '')
}

/** Any thrown thing as a Problem. */
export function toProblem(err: unknown): Problem {
  if (err instanceof Problem) return err
  if (err instanceof TypeError) return new Problem(0, 'client.offline', '')
  return new Problem(0, 'client.unexpected', '')
}

/** Sentences by path: the first of each, errors before warnings. */
export function problemsByField(err: unknown): Record<string, ProblemField> {
  const found: Record<string, ProblemField> = {}
  const fields = err instanceof Problem ? err.fields : []
  for (const field of [...fields].sort((a, b) => Number(a.warning ?? false) - Number(b.warning ?? false))) {
    found[field.path] ??= field
  }
  return found
}

/** The sentence for one field, also when the server names an element of it: interviewers[1], room.url. */
export function problemForField(fields: Record<string, ProblemField>, path: string): ProblemField | undefined {
  if (fields[path]) return fields[path]
  const below = Object.keys(fields).find((key) => key.startsWith(`${path}[`) || key.startsWith(`${path}.`))
  return below === undefined ? undefined : fields[below]
}

/** What belongs to none of the named fields and must be shown above the form. */
export function unmatchedProblems(err: unknown, shown: string[]): ProblemField[] {
  const fields = err instanceof Problem ? err.fields : []
  return fields.filter((f) => !shown.some((p) => f.path === p || f.path.startsWith(`${p}[`) || f.path.startsWith(`${p}.`)))
}
