import { useDebouncedCallback } from '@mantine/hooks';
import { useState } from 'react';

const PAUSE_MS = 300;

/**
 * A text filter kept elsewhere (the address) and typed here: told 300 ms after the last key, trimmed. The kept
 * value comes back later than it was told, while the person types on; only a value that was not told here (filters
 * cleared, a link, back) replaces what stands in the field.
 */
export function useTypedFilter(
  value: string,
  onChange: (value: string) => void,
): readonly [typed: string, type: (text: string) => void] {
  const [typed, setTyped] = useState(value);
  const [seen, setSeen] = useState(value);
  const [told, setTold] = useState<readonly string[]>([]);
  const tell = useDebouncedCallback((text: string) => {
    setTold((before) => [...before, text]);
    onChange(text);
  }, PAUSE_MS);
  if (value !== seen) {
    const own = told.indexOf(value);
    setSeen(value);
    setTold(told.slice(own + 1));
    if (own === -1) setTyped(value);
  }
  const type = (text: string): void => {
    setTyped(text);
    tell(text.trim());
  };
  return [typed, type];
}
