export function internalNames(): string[];
