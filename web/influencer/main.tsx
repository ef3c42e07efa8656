import { startApp } from '../ui/app/startApp';
import { firstScreen } from './firstScreen';
import { InfluencerApp } from './InfluencerApp';
import { watchInstallOffer } from './install/prompt';

watchInstallOffer();
void startApp({
  basename: '/app',
  density: 'touch',
  locales: import.meta.glob('./locales/*/*.json', { import: 'default' }),
  namespaces: ['shell'],
  first: firstScreen,
  children: <InfluencerApp />,
});
