/** Gives a file to the browser. Fetched first, not linked: a refusal must be said in words, not saved as a file. */
export function saveFile(file: Blob, name: string): void {
  const href = URL.createObjectURL(file);
  const anchor = document.createElement('a');
  anchor.href = href;
  anchor.download = name;
  anchor.click();
  setTimeout(() => URL.revokeObjectURL(href), 60_000);
}
