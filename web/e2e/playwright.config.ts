import { defineConfig } from '@playwright/test'
import type { DemoOptions } from './demo'

// Not on PostgreSQL: pages without statements of their own, or whose statements the Go tests run on both databases.
const independentOfDatabase = ['preferences', 'offline', 'system', 'mail-templates', 'quality', 'questions-import', 'decision-mail', 'approval', 'customer-service', 'smart-bot', 'drawing', 'calibration', 'trials', 'preview'].map((name) => `${name}.spec.ts`)

// Beside the tests on PostgreSQL, which are fewer, or with those on SQLite where there is no PostgreSQL.
const balance = ['accessibility.spec.ts']
const hasPostgres = Boolean(process.env.HUIMIAN_TEST_POSTGRES_URL)

// Each project has its own product, simulators and database. Tests depend on the data of earlier
// tests, so the tests of a project run in order, in one worker.
export default defineConfig<object, DemoOptions>({
  testDir: '.',
  outputDir: 'results',
  reporter: [['list']],
  workers: 1, // per project: e2e.sh runs projects side by side
  retries: 0,
  timeout: 900_000, // interview.spec.ts is long, and CI has two cores for all its browsers
  expect: { timeout: 60_000 },
  use: {
    locale: 'zh-CN',
    timezoneId: 'Asia/Shanghai',
    actionTimeout: 60_000,
    trace: 'off', // a third of the processor time; --trace retain-on-failure records one
    screenshot: 'only-on-failure',
    launchOptions: {
      executablePath: process.env.HUIMIAN_CHROMIUM,
      args: [
        '--no-sandbox', // Chromium's sandbox does not run as root, and the pages are trusted
        '--disable-gpu',
        '--disable-quic',
        '--no-first-run',
        '--disable-background-networking',
        '--disable-component-update',
        '--disable-sync',
      ],
    },
  },
  projects: [
    { name: 'sqlite', testMatch: '*.spec.ts', testIgnore: hasPostgres ? balance : [], use: { database: 'sqlite' } },
    { name: 'postgres', testMatch: '*.spec.ts', testIgnore: independentOfDatabase, use: { database: 'postgres' } },
    { name: 'wecomsim', testMatch: 'wecomsim.ts', timeout: 300_000 }, // tests bin/wecomsim only: no database
    { name: 'latency', testMatch: 'latency.ts', use: { database: 'sqlite' } },
    { name: 'screenshots', testMatch: 'screenshots.ts', use: { database: 'sqlite' } },
  ],
})
