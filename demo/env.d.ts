/// <reference types="vite/client" />

interface ImportMetaEnv {
  /** Whether the emulator answers, and not the API through the proxy. */
  readonly VITE_EMULATED: boolean;
}
