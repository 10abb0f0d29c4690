/// <reference types="vite/client" />

interface ImportMetaEnv {
  /** "1" where the app answers its own requests, see testing/mock-server. */
  readonly VITE_MOCK: string
}
