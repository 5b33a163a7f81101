import react from '@vitejs/plugin-react';
import { defineConfig } from 'vite';

export default defineConfig({
  plugins: [react()],
  // Not `'/api': 'http://localhost:3000'`: that short form rewrites `Host`.
  server: { proxy: { '/api': { target: 'http://localhost:3000' } } },
});
