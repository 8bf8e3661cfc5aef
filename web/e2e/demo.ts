// Starts the program under test: product, simulators and sample company in one process, as `make demo`
// does, on free ports with a separate database.

import { type ChildProcess, spawn } from 'node:child_process'
import { mkdtemp, rm } from 'node:fs/promises'
import { createServer } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { test as base, expect } from '@playwright/test'

export interface DemoOptions {
  database: 'sqlite' | 'postgres'
}

export interface Demo {
  /** address of the product */
  product: string
  /** address of the simulated WeCom */
  wecom: string
  /** address of the simulated ShowMeBug; the team is not connected at the start */
  showmebug: string
}

const root = join(import.meta.dirname, '../..')

export const test = base.extend<object, { demo: Demo } & DemoOptions>({
  database: ['sqlite', { option: true, scope: 'worker' }],
  demo: [
    async ({ database }, use) => {
      const folder = await mkdtemp(join(tmpdir(), 'huimian-e2e-'))
      const demo = await startDemo(database, folder)
      try {
        await use(demo.addresses)
      } finally {
        await stopDemo(demo.process)
        await rm(folder, { recursive: true, force: true })
      }
    },
    { scope: 'worker', timeout: 180_000 },
  ],
})

export { expect }

async function startDemo(database: DemoOptions['database'], folder: string) {
  const addresses = { product: await freeAddress(), wecom: await freeAddress(), showmebug: await freeAddress() }
  const url = database === 'sqlite' ? join(folder, 'demo.db') : process.env.HUIMIAN_TEST_POSTGRES_URL
  if (!url) throw new Error('HUIMIAN_TEST_POSTGRES_URL is not set: scripts/postgres.sh sets it')
  const demoProcess = spawn(
    join(root, 'bin/demo'),
    [
      ...['--listen', new URL(addresses.product).host],
      ...['--wecom-listen', new URL(addresses.wecom).host],
      ...['--showmebug-listen', new URL(addresses.showmebug).host, '--showmebug-by-hand'],
      ...['--database-url', url],
      ...['--sandbox-dir', join(root, '.cache/sandbox')], // shared with the Go tests, so that Go's standard library is compiled once
    ],
    { cwd: root, stdio: ['ignore', 'pipe', 'pipe'] },
  )
  let output = ''
  for (const stream of [demoProcess.stdout, demoProcess.stderr]) stream.on('data', (text: Buffer) => (output += text.toString()))
  const exited = new Promise<never>((_, reject) => {
    demoProcess.once('exit', (code) => reject(new Error(`bin/demo ended with ${code}:\n${output.slice(-4000)}`)))
  })
  await Promise.race([exited, waitUntilReady(addresses)])
  exited.catch(() => undefined) // after the start an exit makes the tests fail
  return { process: demoProcess, addresses }
}

async function waitUntilReady({ product, wecom, showmebug }: Demo) {
  for (const address of [`${product}/readyz`, wecom, showmebug]) {
    await expect.poll(() => fetch(address).then((response) => response.status, () => 0), { timeout: 120_000 }).toBe(200)
  }
}

async function stopDemo(demoProcess: ChildProcess) {
  if (demoProcess.exitCode !== null) return
  const exited = new Promise((resolve) => demoProcess.once('exit', resolve))
  demoProcess.kill('SIGTERM')
  await exited
}

// Below the kernel's ephemeral port range, so that no outgoing connection takes the port meanwhile.
async function freeAddress(): Promise<string> {
  for (;;) {
    const port = 20_000 + Math.floor(Math.random() * 12_000)
    if (await isFree(port)) return `http://127.0.0.1:${port}`
  }
}

function isFree(port: number): Promise<boolean> {
  return new Promise((resolve) => {
    const server = createServer()
    server.once('error', () => resolve(false))
    server.listen(port, '127.0.0.1', () => server.close(() => resolve(true)))
  })
}
