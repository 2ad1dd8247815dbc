// Lines of CSV files, for spreadsheets.

/** One line, with its end. */
export function csvLine(cells: readonly (string | number | null)[]): string {
  return `${cells.map((cell) => quote(String(cell ?? ''), typeof cell === 'number')).join(',')}\r\n`;
}

/** A text that a spreadsheet would take for a formula begins with an apostrophe. */
function quote(text: string, isNumber: boolean): string {
  const harmless = !isNumber && /^[=+\-@\t\r]/.test(text) ? `'${text}` : text;
  return /[",\r\n]/.test(harmless) ? `"${harmless.replaceAll('"', '""')}"` : harmless;
}
