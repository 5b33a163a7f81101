/** Whether a date is later than another, or there is no other. As text they have no order: not all servers write all the digits. */
export const isLater = (date: string, other: string): boolean => Date.parse(date) > (Date.parse(other) || 0);
