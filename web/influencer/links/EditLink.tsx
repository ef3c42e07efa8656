import { Alert, Button, Card, Stack, Text, TextInput } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { useState, type ReactNode } from 'react';
import { useTranslation } from 'react-i18next';
import { Navigate, useNavigate, useParams } from 'react-router';

import { showMessage } from '../../ui/app/showMessage';
import { ApiProblem } from '../../ui/api/problem';
import { PageHeader } from '../../ui/components/PageHeader';
import { ProblemAlert, useProblemText } from '../../ui/components/ProblemAlert';
import { ListSkeleton } from '../../ui/components/Skeletons';
import { useLanguage } from '../../ui/i18n/useLanguage';
import { linkRead } from '../data/reads';
import type { Link } from '../data/types';
import { useInfluencerId } from '../data/useInfluencerId';
import { BackLink } from '../list/BackLink';
import { Loaded } from '../loading/Loaded';
import { DeletePart } from './DeletePart';
import { EndField } from './EndField';
import { isPast } from './extras';
import { endOfDay, lastDay } from './linkEnd';
import { useLinkChange, type LinkChange } from './useLinkChange';

type Typed = { readonly title: string; readonly url: string; readonly lastDay: string };

const typedOf = (link: Link): Typed => ({
  title: link.title,
  url: link.target_url ?? '',
  lastDay: link.expires_at ? lastDay(link.expires_at) : '',
});

/** Only what was changed is sent: a title nobody chose goes on following the address. */
function changeOf(link: Link, typed: Typed): LinkChange | null {
  const before = typedOf(link);
  const end = typed.lastDay ? endOfDay(typed.lastDay) : null;
  const change: LinkChange = {
    ...(typed.title.trim() === before.title ? {} : { title: typed.title.trim() }),
    ...(typed.url.trim() === before.url ? {} : { url: typed.url.trim() }),
    ...(typed.lastDay === before.lastDay ? {} : { expires_at: end }),
  };
  return Object.keys(change).length > 0 ? change : null;
}

/** Which field a refusal is about. */
function fieldOf(error: unknown): 'title' | 'url' | 'end' | null {
  if (!(error instanceof ApiProblem) || error.status !== 422) return null;
  if (error.code.startsWith('title_')) return 'title';
  return error.code.startsWith('expiry_') ? 'end' : 'url';
}

type UrlFieldProps = {
  readonly link: Link;
  readonly value: string;
  readonly wrong: string | null;
  readonly onChange: (url: string) => void;
};

function UrlField({ link, value, wrong, onChange }: UrlFieldProps): ReactNode {
  const { t } = useTranslation('linkEdit');
  return (
    <TextInput
      label={t('url.label')}
      description={t('url.hint', { shop: link.programme.name })}
      error={wrong}
      errorProps={{ role: 'alert' }}
      inputMode="url"
      autoComplete="off"
      autoCapitalize="none"
      spellCheck={false}
      maxLength={4096}
      value={value}
      onChange={(event) => onChange(event.currentTarget.value)}
    />
  );
}

function EditForm({ link }: { link: Link }): ReactNode {
  const { t } = useTranslation('linkEdit');
  const problemText = useProblemText();
  const navigate = useNavigate();
  const [typed, setTyped] = useState(() => typedOf(link));
  const change = useLinkChange(link.id, () => {
    showMessage({ message: t('saved') });
    void navigate(`/links/${link.id}`, { replace: true });
  });
  const at = fieldOf(change.error);
  const told = (field: 'title' | 'url'): string | null =>
    typed[field].trim() === '' && (field === 'title' || link.kind === 'short')
      ? t(`${field}.empty`)
      : at === field
        ? problemText(change.error)
        : null;
  const patch = changeOf(link, typed);
  // The end that was there may have passed; only a new one must lie ahead.
  const wrongEnd = patch?.expires_at !== undefined && isPast(typed.lastDay);
  const isEmpty = typed.title.trim() === '' || (link.kind === 'short' && typed.url.trim() === '');
  const type = (field: keyof Typed, value: string): void => {
    setTyped({ ...typed, [field]: value });
    if (change.error) change.reset();
  };
  return (
    <Card>
      <form
        noValidate
        onSubmit={(event) => {
          event.preventDefault();
          if (patch && !isEmpty && !wrongEnd && !change.isPending) change.mutate(patch);
        }}
      >
        <Stack gap="md">
          <TextInput
            label={t('title.label')}
            description={t('title.hint')}
            error={told('title')}
            maxLength={120}
            value={typed.title}
            onChange={(event) => type('title', event.currentTarget.value)}
          />
          {link.kind === 'short' ? (
            <UrlField
              link={link}
              value={typed.url}
              wrong={told('url')}
              onChange={(url) => type('url', url)}
            />
          ) : null}
          <EndField
            value={typed.lastDay}
            error={change.error}
            isNew={patch?.expires_at !== undefined}
            onChange={(day) => type('lastDay', day)}
          />
          {at === null ? <ProblemAlert error={change.error} /> : null}
          <Button type="submit" loading={change.isPending} disabled={patch === null}>
            {t('save')}
          </Button>
        </Stack>
      </form>
    </Card>
  );
}

function EditBody({ link }: { link: Link }): ReactNode {
  const { t } = useTranslation('linkEdit');
  const language = useLanguage();
  // As it was when the page was opened: one deleted here goes to the list, with a word.
  const [wasDeleted] = useState(link.state === 'deleted');
  if (wasDeleted) return <Navigate to={`/links/${link.id}`} replace />;
  return (
    <Stack gap="lg">
      <Text c="dimmed" lineClamp={2}>
        {link.short_url}
      </Text>
      {link.taken_down_at !== null ? (
        <Alert color="red" title={t('taken_down')}>
          {link.works?.[language]}
        </Alert>
      ) : (
        <EditForm link={link} />
      )}
      <DeletePart link={link} />
    </Stack>
  );
}

export default function EditLink(): ReactNode {
  const { t } = useTranslation('linkEdit');
  const linkId = useParams()['linkId'] ?? '';
  const query = useQuery(linkRead(useInfluencerId(), linkId));
  return (
    <>
      <PageHeader
        above={<BackLink to={`/links/${linkId}`}>{t('back')}</BackLink>}
        title={t('header')}
      />
      <Loaded query={query} skeleton={<ListSkeleton rows={3} height={112} />}>
        {(link) => <EditBody link={link} />}
      </Loaded>
    </>
  );
}
