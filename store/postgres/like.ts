/** Text as itself within a `like` pattern. */
export const likeText = (text: string): string => text.replace(/[\\%_]/g, '\\$&');
