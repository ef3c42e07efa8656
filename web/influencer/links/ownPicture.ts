/** The page's policy loads pictures from our own address only; one from elsewhere would be an empty box. */
export const isOwnPicture = (address: string): boolean =>
  URL.canParse(address, window.location.origin) &&
  new URL(address, window.location.origin).origin === window.location.origin;
