/** Tags as people type them. */

/** With spaces between them, or with commas: then what stands between two commas is one tag, of one piece. */
export function tagsIn(text: string): string[] {
  const words = text.includes(',')
    ? text.split(',').map((part) => part.trim().replace(/\s+/g, '-'))
    : text.split(/\s+/);
  return [...new Set(words.filter((word) => word !== ''))];
}
