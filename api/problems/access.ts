import { problem, type ProblemText } from './problem';

/** Who may come in, with what proof, and how a request is repeated. */
export const ACCESS_PROBLEMS = {
  origin_forbidden: problem(
    403,
    'Foreign page',
    'Запрос пришёл с чужой страницы.',
    'Сұрау бөтен беттен келді.',
    'A write with a session must come from our own pages: the Origin header is missing or names another site.',
  ),
  person_required: problem(
    403,
    'A person is required',
    'Это действие выполняет человек после входа, ключ API не подходит.',
    'Бұл әрекетті жүйеге кірген адам орындайды, API кілті жарамайды.',
    'A signed-in person has to do this; an API key cannot.',
  ),
  grant_missing: problem(
    403,
    'Key without this right',
    'Ключу API не дано это право.',
    'API кілтіне бұл құқық берілмеген.',
    'The API key was not given the right to do this.',
  ),
  factor_required: problem(
    403,
    'Fresh factor required',
    'Подтвердите действие новым кодом.',
    'Әрекетті жаңа кодпен растаңыз.',
    'Confirm with a fresh code first: POST /v1/auth/factor.',
  ),
  idempotency_key_invalid: problem(
    400,
    'Invalid Idempotency-Key',
    'Ключ Idempotency-Key имеет неверный вид.',
    'Idempotency-Key кілтінің түрі қате.',
    'Idempotency-Key must be 1 to 255 visible ASCII characters.',
  ),
  idempotency_key_reused: problem(
    422,
    'Idempotency-Key used before',
    'Этот Idempotency-Key уже использован для другого запроса.',
    'Бұл Idempotency-Key басқа сұрауға қолданылған.',
    'This Idempotency-Key was used for another request.',
  ),
  cursor_invalid: problem(
    400,
    'Invalid cursor',
    'Курсор списка недействителен. Откройте список сначала.',
    'Тізім курсоры жарамсыз. Тізімді басынан ашыңыз.',
    'The cursor is not one this list gave out; start the list again.',
  ),
} as const satisfies Readonly<Record<string, ProblemText>>;
