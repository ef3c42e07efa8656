import { tengeOrNull } from '../../domain/money';
import type { Text } from '../../domain/conversions/reasons';
import { RUN_WAITS } from '../../domain/payouts/runMoves';
import { countStuck, listStuck, type StuckKind, type StuckRow } from '../../store/postgres/stuck';
import { conversionWorkflowId, payoutWorkflowId } from '../../workflows/contract';
import { jsonAnswer } from '../answer';
import type { Handler } from '../handler';
import { anyWhy, named } from './shapes';
import { workflowUrl, type OpsSide } from './side';

/** The age from which the summary counts something as stuck, unless a caller asks otherwise. */
export const STUCK_AFTER_SECONDS = 900;
const DEFAULT_LIMIT = 25;

const text = (ru: string, kk: string, en: string): Text => ({ ru, kk, en });

type Kind = {
  readonly text: Text;
  readonly can_do: readonly string[];
  readonly workflowId?: (row: StuckRow) => string;
};
const ofPayout = (row: StuckRow): string => payoutWorkflowId(row.subject_id);
const ofConversion = (row: StuckRow): string => conversionWorkflowId(row.subject_id);

const KINDS: Readonly<Record<StuckKind, Kind>> = {
  payout_unknown: {
    text: text(
      'Провайдер не сказал, чем кончилась выплата. Платформа спрашивает сама; спросите провайдера, если это длится.',
      'Провайдер төлемнің немен аяқталғанын айтқан жоқ. Платформа өзі сұрайды; ұзаққа созылса, провайдерден сұраңыз.',
      'The provider has not said what became of the payout. The platform keeps asking; ask the provider if it lasts.',
    ),
    can_do: ['wait', 'ask_provider'],
    workflowId: ofPayout,
  },
  payout_submitting: {
    text: text(
      'Отправка выплаты не закончилась. Обычно worker перезапускался; платформа спросит провайдера сама.',
      'Төлемді жіберу аяқталған жоқ. Әдетте worker қайта қосылған; платформа провайдерден өзі сұрайды.',
      'Sending did not finish. Usually a worker restarted; the platform will ask the provider by itself.',
    ),
    can_do: ['wait'],
    workflowId: ofPayout,
  },
  payout_review: {
    text: text(
      'Выплату должен проверить сотрудник: сверьте её с провайдером. Резерв сохранён.',
      'Төлемді қызметкер тексеруі керек: провайдермен салыстырыңыз. Резерв сақталған.',
      'A person has to check the payout against the provider. The reserve is kept.',
    ),
    can_do: ['ask_provider', 'propose_way_out', 'decide_way_out'],
    workflowId: ofPayout,
  },
  payout_not_sent: {
    text: text(
      'Ведомость утверждена, но выплата не отправлена. Возможно, выплаты остановлены.',
      'Тізім бекітілген, бірақ төлем жіберілмеген. Төлемдер тоқтатылған болуы мүмкін.',
      'The run is approved but the payout is not sent. Payouts may be stopped.',
    ),
    can_do: ['wait', 'resume_payouts'],
    workflowId: ofPayout,
  },
  conversion_review: {
    text: text(
      'Заказ ждёт решения сотрудника.',
      'Тапсырыс қызметкердің шешімін күтеді.',
      'The order waits for a person to decide.',
    ),
    can_do: ['release', 'cancel'],
    workflowId: ofConversion,
  },
  conversion_overdue: {
    text: text(
      'Срок возврата прошёл, а деньги не открыты: причина говорит, чего не хватает.',
      'Қайтару мерзімі өтті, бірақ ақша ашылмаған: себебі не жетіспейтінін айтады.',
      'The return period is over and the money is not released: the reason says what is missing.',
    ),
    can_do: ['wait', 'review', 'open_person'],
    workflowId: ofConversion,
  },
  conversion_not_started: {
    text: text(
      'Заказ принят, а его процесс не работает. Проверьте worker и Temporal.',
      'Тапсырыс қабылданды, бірақ оның процесі жұмыс істемейді. worker мен Temporal-ды тексеріңіз.',
      'The order is stored but its workflow does not move. Check the worker and Temporal.',
    ),
    can_do: ['wait'],
    workflowId: ofConversion,
  },
  outbox_failing: {
    text: text(
      'Сообщение для Temporal не доставляется. Проверьте Temporal и журнал api.',
      'Temporal-ға хабар жеткізілмейді. Temporal мен api журналын тексеріңіз.',
      'A message for Temporal is not delivered. Check Temporal and the log of the api.',
    ),
    can_do: ['wait'],
  },
  outbox_dead: {
    text: text(
      'Temporal много раз отказался принять сообщение, и оно отложено. Устраните причину и отправьте его снова.',
      'Temporal хабарды қайта-қайта қабылдамады, ол кейінге қалдырылды. Себебін жойып, қайта жіберіңіз.',
      'Temporal refused the message again and again, so it was put aside. Mend the cause and send it again.',
    ),
    can_do: ['resend'],
  },
  run_waiting: {
    text: text(
      'Ведомость ждёт людей: подготовки или утверждения.',
      'Тізім адамдарды күтеді: дайындау немесе бекіту.',
      'The payout run waits for people: to be prepared or approved.',
    ),
    can_do: ['prepare_run', 'approve_run'],
  },
  run_short_of_funds: { text: RUN_WAITS.provider_funds_short, can_do: ['top_up_provider'] },
};

function stuckShape(row: StuckRow, nowMs: number, ops: OpsSide): unknown {
  const kind = KINDS[row.kind];
  const workflowId = kind.workflowId?.(row) ?? null;
  return {
    kind: row.kind,
    text: kind.text,
    subject_id: row.subject_id,
    since: row.since,
    age_seconds: Math.max(0, Math.floor((nowMs - row.since.getTime()) / 1000)),
    reason: anyWhy(row.reason_code),
    note: row.note,
    amount: tengeOrNull(row.amount_tiyn),
    influencer: named(row.influencer_id, row.influencer_name),
    batch_id: row.batch_id,
    workflow_id: workflowId,
    workflow_url: workflowId === null ? null : workflowUrl(ops, workflowId),
    can_do: kind.can_do,
  };
}

export const getStuck: Handler = async ({ pool, ops, now }, { query }) => {
  const seconds = Number(query.get('older_than_seconds') ?? STUCK_AFTER_SECONDS);
  const limit = Number(query.get('limit') ?? DEFAULT_LIMIT);
  const kind = query.get('kind') as StuckKind | undefined;
  const [rows, { counts }] = await Promise.all([
    listStuck(pool, seconds, kind, limit),
    countStuck(pool, seconds),
  ]);
  return jsonAnswer(200, { items: rows.map((row) => stuckShape(row, now(), ops)), counts });
};
