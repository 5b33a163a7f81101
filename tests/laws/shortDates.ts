/** Dates as some servers write them: no zeros at the end of a fraction, and no fraction where it is none. As text they are in no order. */
export const withShortDates = (body: string): string =>
  body.replace(
    /"(\d{4}-\d\d-\d\dT[\d:]{8})\.(\d*?)0*Z"/g,
    (_, time, fraction) => `"${time}${fraction && '.'}${fraction}Z"`,
  );
