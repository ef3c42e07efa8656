import { startApp } from '../ui/app/startApp';
import { firstScreen } from './areas';
import { DeskApp } from './DeskApp';

void startApp({
  basename: '/desk',
  density: 'desk',
  locales: import.meta.glob('./locales/*/*.json', { import: 'default' }),
  namespaces: ['shell'],
  first: firstScreen,
  children: <DeskApp />,
});
