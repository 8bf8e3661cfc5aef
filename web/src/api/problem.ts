import type { components } from './schema'
import type { ProblemField } from './types'

/** A failed request: a problem document (RFC 9457), or a network error with status 0. */
export class Problem extends Error {
  /** HTTP status; 0 when the server was not reached. */
  readonly status: number
  /** Machine-readable, such as interview.in_past; client.offline when the server was not reached. */
  readonly code: string
  readonly fields: ProblemField[]
  readonly requestId: string | undefined
  /** The stored object, when another version is stored than the one that was edited. */
  readonly current: unknown

  constructor(status: number, code: string, detail: string, fields: ProblemField[] = [], requestId?: string, current?: unknown) {
    super(detail)
    this.name = 'Problem'
    this.status = status
    this.code = code
    this.fields = fields
    this.requestId = requestId
    this.current = current
  }

  /** Whether all problems are warnings, which can be overridden. */
  get onlyWarnings(): boolean {
    return this.fields.length > 0 && this.fields.every((f) => f.warning)
  }
}

/** Parses a failed response. A response without a problem document (a proxy's page) also gives a Problem. */
export async function parseProblem(response: Response): Promise<Problem> {
  try {
    const body = (await response.clone().json()) as Partial<components['schemas']['Problem']>
    if (typeof body.code === 'string' && typeof body.detail === 'string') {
      return new Problem(response.status, body.code, body.detail, body.errors ?? [], body.requestId, body.current)
    }
  } catch {
    // Not JSON: use the status only.
  }
  return new Problem(response.status, `client.http_${response.status}`, '')
}

/** Converts any thrown value. */
export function toProblem(err: unknown): Problem {
  if (err instanceof Problem) return err
  if (err instanceof TypeError) return new Problem(0, 'client.offline', '')
  return new Problem(0, 'client.unexpected', '')
}

/** Problems by path: the first of each, errors before warnings. */
export function problemsByField(err: unknown): Record<string, ProblemField> {
  const found: Record<string, ProblemField> = {}
  const fields = err instanceof Problem ? err.fields : []
  for (const field of [...fields].sort((a, b) => Number(a.warning ?? false) - Number(b.warning ?? false))) {
    found[field.path] ??= field
  }
  return found
}

/** The problem of a field or of an element below it: interviewers[1], room.url. */
export function problemForField(fields: Record<string, ProblemField>, path: string): ProblemField | undefined {
  if (fields[path]) return fields[path]
  const below = Object.keys(fields).find((key) => key.startsWith(`${path}[`) || key.startsWith(`${path}.`))
  return below === undefined ? undefined : fields[below]
}

/** Problems that belong to none of the given fields, to be shown above the form. */
export function unmatchedProblems(err: unknown, shown: string[]): ProblemField[] {
  const fields = err instanceof Problem ? err.fields : []
  return fields.filter((f) => !shown.some((p) => f.path === p || f.path.startsWith(`${p}[`) || f.path.startsWith(`${p}.`)))
}
