import { startApp } from '../ui/app/startApp';
import { DeskApp } from './DeskApp';

void startApp({
  basename: '/desk',
  density: 'desk',
  locales: import.meta.glob('./locales/*/*.json', { import: 'default' }),
  namespaces: ['shell'],
  signIn: { load: () => import('./signIn/SignIn'), namespaces: ['signIn'] },
  children: <DeskApp />,
});
