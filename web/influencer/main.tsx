import { startApp } from '../ui/app/startApp';
import { InfluencerApp } from './InfluencerApp';
import { watchInstallOffer } from './install/prompt';

watchInstallOffer();
void startApp({
  basename: '/app',
  density: 'touch',
  locales: import.meta.glob('./locales/*/*.json', { import: 'default' }),
  namespaces: ['shell'],
  signIn: { load: () => import('./signIn/SignIn'), namespaces: ['signIn'] },
  children: <InfluencerApp />,
});
