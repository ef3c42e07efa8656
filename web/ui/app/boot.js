(function () {
  // Runs before the first paint, so that a chosen dark scheme never flashes white.
  var root = document.documentElement;
  var scheme = null;
  try {
    scheme = localStorage.getItem('mantine-color-scheme-value');
  } catch (e) {
    // Storage may be forbidden; the system's scheme is used then.
  }
  if (scheme !== 'light' && scheme !== 'dark') {
    scheme = matchMedia('(prefers-color-scheme: dark)').matches ? 'dark' : 'light';
  }
  root.setAttribute('data-mantine-color-scheme', scheme);
})();
