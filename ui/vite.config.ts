import { fileURLToPath } from 'node:url'

import tailwindcss from '@tailwindcss/vite'
import react from '@vitejs/plugin-react'
import { defineConfig } from 'vitest/config'

const API = process.env['AUTOCODER_API'] ?? 'http://127.0.0.1:8888'

export default defineConfig({
  plugins: [react(), tailwindcss()],
  resolve: { alias: { '@': fileURLToPath(new URL('./src', import.meta.url)) } },
  // The mock server is compiled in only where this is 1; anywhere else the import of it is dead code.
  define: { 'import.meta.env.VITE_MOCK': JSON.stringify(process.env['VITE_MOCK'] ?? '') },
  server: {
    port: 5173,
    proxy: {
      '/api': { target: API, ws: true },
      '/ws': { target: API, ws: true },
      '/health': API,
    },
  },
  build: { target: 'es2023', sourcemap: false, modulePreload: { polyfill: false } },
  test: {
    environment: 'jsdom',
    setupFiles: ['./src/testing/setup.ts'],
    css: false,
    testTimeout: 30_000,
    restoreMocks: true,
    unstubGlobals: true,
    coverage: {
      provider: 'v8',
      include: ['src/**/*.{ts,tsx}'],
      exclude: ['src/testing/**', 'src/**/*.test.{ts,tsx}', 'src/main.tsx', 'src/client/schema.d.ts'],
    },
  },
})
