import { hash } from './random.ts';

const HALF_LIFE = 6 * 60 * 60 * 1000;

/**
 * The address of an item's picture: signed, with an expiry.
 *
 * The picture is inside the address (a small SVG with a colour and initials of its own), so that a story or a demo shows one without
 * a network. Expiry and signature stand in the fragment, which a browser ignores.
 *
 * An address is good for 6 to 12 hours, and is the same for 6 hours from `startedAt` on, then another: a page that keeps addresses
 * for ever is wrong, and one that reads twice in a minute gets the same.
 */
export function signedPicture(id: string, name: string, startedAt: number, now: number): string {
  const expires = startedAt + (Math.floor((now - startedAt) / HALF_LIFE) + 2) * HALF_LIFE;
  const seconds = Math.floor(expires / 1000);
  const signature = hash(`${id} ${seconds}`).toString(36);
  return `data:image/svg+xml,${encodeURIComponent(draw(id, name))}#Expires=${seconds}&Signature=${signature}`;
}

const SHAPES = [
  '<circle cx="48" cy="48" r="38"/>',
  '<rect x="12" y="12" width="72" height="72" rx="14"/>',
  '<path d="M48 8 90 82H6z"/>',
  '<path d="M48 6 90 48 48 90 6 48z"/>',
];

function draw(id: string, name: string): string {
  const number = hash(id);
  const hue = number % 360;
  const shape = SHAPES[(number >>> 9) % SHAPES.length];
  return (
    `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 96 96"><rect width="96" height="96" fill="hsl(${hue} 35% 22%)"/>` +
    `<g fill="hsl(${(hue + 40) % 360} 45% 42%)">${shape}</g>` +
    `<text x="48" y="59" text-anchor="middle" font-family="sans-serif" font-size="30" fill="#fff">${initials(name)}</text></svg>`
  );
}

function initials(name: string): string {
  const words = name.match(/[\p{L}\p{N}]+/gu) ?? [];
  return words
    .slice(0, 2)
    .map((word) => [...word][0]?.toUpperCase())
    .join('');
}
