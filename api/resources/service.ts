import { jsonAnswer } from '../answer';
import type { PublicHandler } from '../handler';

/** 503 while Postgres cannot be asked or the process is stopping: no new work should be sent here. */
export const getHealth: PublicHandler = async ({ pool, stopping }) => {
  const postgres = await pool.query('select 1').then(
    () => 'ok' as const,
    () => 'down' as const,
  );
  const status = stopping() ? 'stopping' : postgres;
  return jsonAnswer(status === 'ok' ? 200 : 503, { status, postgres });
};

export const getOpenapi: PublicHandler = ({ contract }) =>
  Promise.resolve({ status: 200, contentType: 'application/yaml', body: contract.yaml });
