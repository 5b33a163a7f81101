export function internalNames(): Record<string, string>;
export function shortening(): { mangleProps: RegExp; mangleCache: Record<string, string> };
