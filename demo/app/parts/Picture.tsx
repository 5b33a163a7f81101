import { useState } from 'react';

/** A thumbnail, or the first letter on a colour of its own where there is none or it does not load. */
export function Picture({ url, name }: { url: string | undefined; name: string }) {
  const [broken, setBroken] = useState<string>();
  if (url !== undefined && url !== broken)
    return <img className="picture" src={url} alt="" loading="lazy" onError={() => setBroken(url)} />;
  const hue = [...name].reduce((sum, letter) => (sum * 31 + (letter.codePointAt(0) ?? 0)) % 360, 0);
  return (
    <span className="picture picture-letter" aria-hidden="true" style={{ '--hue': hue }}>
      {[...name.trim()][0]?.toUpperCase() ?? '?'}
    </span>
  );
}
