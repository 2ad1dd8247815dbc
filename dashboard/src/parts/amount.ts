// Amounts of credits as people write them.

/** Whether the text is an amount above zero, with at most six decimals. */
export function isAmount(text: string): boolean {
  return /^\d+(\.\d{1,6})?$/.test(text.trim()) && Number(text) > 0;
}
