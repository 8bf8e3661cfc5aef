import type { ComponentType } from 'react'
import type { RouteObject } from 'react-router'
import { Shell } from '@/app/Shell'
import { PageCrash } from '@/app/PageCrash'

// Every page is a chunk of its own: a page's module exports `default`.
function page(load: () => Promise<{ default: ComponentType }>): Pick<RouteObject, 'lazy'> {
  return { lazy: async () => ({ Component: (await load()).default }) }
}

export const routes: RouteObject[] = [
  {
    ErrorBoundary: PageCrash,
    children: [
      // Reached without an account, or before one is signed in.
      { path: '/signin', ...page(() => import('@/pages/signin')) },
      { path: '/join/:token', ...page(() => import('@/pages/join')) },
      { path: '/room/:id', ...page(() => import('@/pages/room')) },
      {
        // Signed-in members; the shell sends everybody else to /signin.
        Component: Shell,
        children: [
          {
            ErrorBoundary: PageCrash,
            children: [
              { index: true, ...page(() => import('@/pages/overview')) },
              { path: 'interviews', ...page(() => import('@/pages/interviews')) },
              { path: 'interviews/new', ...page(() => import('@/pages/interview-form')) },
              { path: 'interviews/:id', ...page(() => import('@/pages/interview')) },
              { path: 'interviews/:id/edit', ...page(() => import('@/pages/interview-form')) },
              { path: 'interviews/:id/scorecard', ...page(() => import('@/pages/scorecard')) },
              { path: 'positions', ...page(() => import('@/pages/positions')) },
              { path: 'candidates', ...page(() => import('@/pages/candidates')) },
              { path: 'questions', ...page(() => import('@/pages/questions')) },
              { path: 'messages', ...page(() => import('@/pages/messages')) },
              { path: 'settings', ...page(() => import('@/pages/settings')) },
              { path: '*', ...page(() => import('@/pages/not-found')) },
            ],
          },
        ],
      },
    ],
  },
]
