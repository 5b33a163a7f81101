import 'react';

declare module 'react' {
  interface CSSProperties {
    /** The hue of a picture that is only a letter. */
    '--hue'?: number;
  }
}
