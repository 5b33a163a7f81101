export function benchPart(): string;
export function shownPart(): string | undefined;
