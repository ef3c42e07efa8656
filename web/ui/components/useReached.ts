import { useEffect, useEffectEvent, useRef, type RefObject } from 'react';

/**
 * Calls `onReached` when the element comes within `margin_px` of the view, and again after each change of
 * `watched` (more rows were added) while it is still there.
 */
export function useReached(
  onReached: () => void,
  watched: unknown,
  margin_px = 400,
): RefObject<HTMLDivElement | null> {
  const ref = useRef<HTMLDivElement>(null);
  const reached = useEffectEvent(onReached);
  useEffect(() => {
    const element = ref.current;
    if (!element) return;
    const observer = new IntersectionObserver(
      (entries) => {
        if (entries.some((entry) => entry.isIntersecting)) reached();
      },
      { rootMargin: `${margin_px}px` },
    );
    observer.observe(element);
    return () => observer.disconnect();
  }, [watched, margin_px]);
  return ref;
}
