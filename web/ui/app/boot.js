(function (first) {
  // Runs before the first paint, so that a chosen dark scheme never flashes white.
  var root = document.documentElement;
  function kept(storage, key) {
    try {
      return window[storage].getItem(key);
    } catch (e) {
      // Storage may be forbidden; what the system says is used then.
      return null;
    }
  }
  var scheme = kept('localStorage', 'mantine-color-scheme-value');
  if (scheme !== 'light' && scheme !== 'dark') {
    scheme = matchMedia('(prefers-color-scheme: dark)').matches ? 'dark' : 'light';
  }
  root.setAttribute('data-mantine-color-scheme', scheme);

  // What the page will need is asked for now, not when the code, fetched and run, gets to it. A wrong guess costs
  // time and nothing else: what is really needed is for ui/i18n, ui/session and the routes to say.
  if (!first) return;
  function addLink(words) {
    document.head.appendChild(Object.assign(document.createElement('link'), words));
  }
  // As ui/i18n chooses it.
  var language = [
    new URLSearchParams(location.search).get('lang'),
    kept('sessionStorage', 'gamma.language.asked'),
    kept('localStorage', 'gamma.language'),
  ]
    .concat(
      navigator.languages.map(function (tag) {
        return tag.toLowerCase().split('-')[0];
      }),
    )
    .filter(function (one) {
      return one && first.always.texts[one];
    })[0];
  function fetchSoon(plan) {
    if (!plan) return;
    plan.files.concat(plan.texts[language || 'ru']).forEach(function (file) {
      addLink({ rel: 'modulepreload', href: file });
    });
  }
  fetchSoon(first.always);
  // After the code, which is waited for; in time to be used (font-display: optional in theme.css).
  if (!(navigator.connection && navigator.connection.saveData)) {
    var font = { rel: 'preload', as: 'font', type: 'font/woff2', crossOrigin: 'anonymous' };
    addLink(Object.assign(font, { href: first.font }));
  }
  // As ui/session does: nobody is asked for who has never signed in.
  if (root.dataset.session === 'none' && kept('localStorage', 'gamma.session') === null) {
    fetchSoon(first.signIn);
    return;
  }
  var early = (window.gammaEarly = {});
  function read(address) {
    early[address] = fetch(address, { headers: { Accept: 'application/json' } });
    return early[address];
  }
  var me = read('/v1/me');
  var screen = first.screens[location.pathname];
  fetchSoon(screen);
  me.then(function (answer) {
    return answer.ok ? answer.clone().json() : null;
  })
    .then(function (who) {
      if (!who) return;
      var area = location.pathname === first.base ? first.areas[who.tenant.kind] : undefined;
      fetchSoon(area);
      ((screen || area || {}).reads || []).forEach(function (address) {
        read(address.replace('{tenant}', who.tenant.id)).catch(function () {});
      });
    })
    .catch(function () {
      // The app meets the same failure and says so.
    });
})(__FIRST__);
