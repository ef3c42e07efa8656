import { problem, type ProblemText } from './problem';

/** What stands between a person and their money. */
export const PAYOUT_PROBLEMS = {
  approver_is_requester: problem(
    403,
    'A second person must approve',
    'Утвердить должен другой человек.',
    'Басқа адам бекітуі керек.',
    'The person who asked for a payout or made the run cannot approve it.',
  ),
  influencer_not_found: problem(
    404,
    'Influencer not found',
    'Такого автора нет.',
    'Мұндай автор жоқ.',
    'There is no influencer of this id for this key.',
  ),
  payout_not_found: problem(
    404,
    'Payout not found',
    'Такой выплаты нет.',
    'Мұндай төлем жоқ.',
    'There is no payout of this id for this key.',
  ),
  batch_not_found: problem(
    404,
    'Payout run not found',
    'Такой ведомости выплат нет.',
    'Мұндай төлем тізімі жоқ.',
    'There is no payout run of this id.',
  ),
  payout_in_progress: problem(
    409,
    'Payout in progress',
    'Предыдущая выплата ещё не завершена.',
    'Алдыңғы төлем әлі аяқталған жоқ.',
    'The payout before is still under way.',
  ),
  batch_state: problem(
    409,
    'Wrong state of the payout run',
    'В нынешнем состоянии ведомости это невозможно.',
    'Тізімнің қазіргі күйінде бұл мүмкін емес.',
    'The payout run is not in a state for this.',
  ),
  batch_not_prepared: problem(
    409,
    'Nobody prepared the payout run',
    'Ведомость ещё никто не подготовил: сначала её закрывает и подписывает другой сотрудник.',
    'Тізімді әлі ешкім дайындаған жоқ: алдымен оны басқа қызметкер жауып, қол қояды.',
    'Nobody has prepared the payout run: another person has to close and sign it first.',
  ),
  payment_date_passed: problem(
    409,
    'Taxed for another day',
    'Налоги ведомости посчитаны на другой день. Они считаются заново: посмотрите новую сумму и утвердите её.',
    'Тізім салығы басқа күнге есептелген. Ол қайта есептеледі: жаңа соманы қарап, соны бекітіңіз.',
    'The run was taxed for another day. It is being taxed anew: look at the new total and approve that.',
  ),
  total_changed: problem(
    409,
    'Total changed',
    'Сумма ведомости не совпадает с указанной.',
    'Тізім сомасы көрсетілгенге сәйкес келмейді.',
    'The total of the payout run is not the one stated.',
  ),
  nothing_to_pay: problem(
    422,
    'Nothing to pay',
    'Нет доступных денег.',
    'Қолжетімді ақша жоқ.',
    'There is no money available to pay out.',
  ),
  amount_above_available: problem(
    422,
    'Amount above available',
    'Сумма больше доступной.',
    'Сома қолжетімдіден көп.',
    'The amount is more than is available.',
  ),
  amount_below_minimum: problem(
    422,
    'Amount below minimum',
    'Сумма меньше минимальной выплаты.',
    'Сома ең аз төлемнен кем.',
    'The amount is below the minimum payout.',
  ),
} as const satisfies Readonly<Record<string, ProblemText>>;
