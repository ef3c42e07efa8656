import { Card, Text } from '@mantine/core';
import { IconChevronRight, IconCircleCheck } from '@tabler/icons-react';
import type { ReactNode } from 'react';
import { useTranslation } from 'react-i18next';
import { Link } from 'react-router';

import { EmptyState } from '../../../ui/components/EmptyState';
import { formatCount } from '../../../ui/format/money';
import { useAge } from '../parts/useAge';
import classes from './Today.module.css';
import type { Task } from './tasks';

function TaskRow({ task }: { task: Task }): ReactNode {
  const { t } = useTranslation('opsToday');
  const age = useAge();
  return (
    <li>
      <Link to={task.to} className={classes.task}>
        <span className={classes.count} data-urgent={task.urgent || undefined}>
          {formatCount(task.count)}
        </span>
        <div className={classes.words}>
          <Text fw={560}>{t(`task.${task.name}`, { count: task.count })}</Text>
          <Text size="sm" c="dimmed">
            {task.age_seconds === null
              ? t(`task_text.${task.name}`)
              : t('task_age', {
                  text: t(`task_text.${task.name}`),
                  age: age(task.age_seconds),
                })}
          </Text>
        </div>
        <IconChevronRight size={20} aria-hidden className={classes.arrow} />
      </Link>
    </li>
  );
}

/** What needs a person now, most urgent first; one click to the place. */
export function Tasks({ tasks }: { tasks: readonly Task[] }): ReactNode {
  const { t } = useTranslation('opsToday');
  if (tasks.length === 0)
    return (
      <Card>
        <EmptyState icon={IconCircleCheck} title={t('calm_title')} text={t('calm_text')} />
      </Card>
    );
  return (
    <Card p={0}>
      <ul className={classes.tasks} aria-label={t('tasks')}>
        {tasks.map((task) => (
          <TaskRow key={task.name} task={task} />
        ))}
      </ul>
    </Card>
  );
}
