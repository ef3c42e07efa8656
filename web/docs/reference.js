// The reference of the API as it is: the page reads /openapi.yaml of the same server. The plugin takes out what
// a screen reader cannot use: buttons inside buttons, a list of one server without a name.
(function () {
  const nothing = () => () => null;
  const accessible = () => ({
    wrapComponents: {
      CopyToClipboardBtn: nothing,
      ServersContainer: nothing,
      JumpToPath: nothing,
      authorizeBtn: nothing,
      authorizeOperationBtn: nothing,
      OperationSummaryPath: () => (props) => props.operationProps.get('path'),
    },
  });
  // From 150 rows on only those in sight are drawn, and the browser's own search finds nothing else. What only our
  // own operators call opens at a tap.
  const folded = () => ui.layoutActions.show(['operations-tag', 'ops'], false);
  const ui = window.SwaggerUIBundle({
    url: '/openapi.yaml',
    dom_id: '#reference',
    deepLinking: false,
    docExpansion: 'list',
    defaultModelsExpandDepth: 0,
    supportedSubmitMethods: [],
    plugins: [accessible],
    onComplete: folded,
  });
})();
