import 'tdesign-react/es/style/index.css'
import '@/app/base.css'
import { StrictMode } from 'react'
import { createRoot } from 'react-dom/client'
import { BrowserRouter } from 'react-router'
import { QueryClientProvider } from '@tanstack/react-query'
import { createQueryClient } from '@/app/queryClient'
import { AppRoutes } from '@/routes'
import { initI18n } from '@/i18n'
import { applyTheme } from '@/preferences/theme'

applyTheme()

const root = document.getElementById('root')
if (!root) throw new Error('index.html has no #root')

void initI18n().then(() =>
  createRoot(root).render(
    <StrictMode>
      <QueryClientProvider client={createQueryClient()}>
        <BrowserRouter>
          <AppRoutes />
        </BrowserRouter>
      </QueryClientProvider>
    </StrictMode>,
  ),
)
