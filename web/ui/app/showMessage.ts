type Message = { readonly message: string; readonly color?: string };

let onFirst: () => void = () => undefined;

/** Called when there is something to show for the first time. */
export function whenFirstMessage(handler: () => void): () => void {
  onFirst = handler;
  return () => {
    onFirst = () => undefined;
  };
}

/** A short message over the page that goes by itself. The code that shows it comes with the first one. */
export function showMessage(message: Message): void {
  onFirst();
  import('@mantine/notifications').then(
    ({ notifications }) => notifications.show(message),
    // Without a line it cannot be said; what it speaks of has been done all the same.
    () => undefined,
  );
}
