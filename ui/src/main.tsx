import './styles/app.css'

import { StrictMode } from 'react'
import { createRoot } from 'react-dom/client'

import { App } from './app/app'

if (import.meta.env.VITE_MOCK === '1') {
  const { installMockServer } = await import('./testing/mock-server/install')
  installMockServer()
}

const root = document.getElementById('root')
if (!root) throw new Error('index.html has no element #root')
createRoot(root).render(
  <StrictMode>
    <App />
  </StrictMode>,
)
