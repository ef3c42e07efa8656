import { Button } from '@mantine/core';
import { IconRefreshAlert } from '@tabler/icons-react';
import { Component, type ReactNode } from 'react';
import { useTranslation } from 'react-i18next';

import { EmptyState } from '../components/EmptyState';

/** A chunk of a former release is gone from the server: only a reload helps. */
const isMissingChunk = (error: unknown): boolean =>
  error instanceof Error && /dynamically imported module|importing a module/i.test(error.message);

function Failure({ error }: { error: unknown }): ReactNode {
  const { t } = useTranslation('ui');
  const missing = isMissingChunk(error);
  return (
    <div role="alert">
      <EmptyState
        order={1}
        icon={IconRefreshAlert}
        title={missing ? t('chunk_missing.title') : t('crash.title')}
        text={missing ? t('chunk_missing.text') : t('crash.text')}
        action={<Button onClick={() => window.location.reload()}>{t('reload')}</Button>}
      />
    </div>
  );
}

type Props = {
  /** A new value (the path) clears the failure. */
  readonly resetKey: string;
  readonly children: ReactNode;
};
type State = { readonly error: unknown; readonly resetKey: string };

/** A fault of one screen leaves the navigation standing. */
export class ErrorBoundary extends Component<Props, State> {
  override state: State = { error: null, resetKey: this.props.resetKey };

  static getDerivedStateFromError(error: unknown): Partial<State> {
    return { error };
  }

  static getDerivedStateFromProps(props: Props, state: State): Partial<State> | null {
    return props.resetKey === state.resetKey ? null : { error: null, resetKey: props.resetKey };
  }

  override render(): ReactNode {
    return this.state.error === null ? this.props.children : <Failure error={this.state.error} />;
  }
}
