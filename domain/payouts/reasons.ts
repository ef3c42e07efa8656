import type { Text } from '../conversions/reasons';
import { RUN_WAITS } from './runMoves';

const text = (ru: string, kk: string, en: string): Text => ({ ru, kk, en });

/** What a payee still lacks (readiness.ts); a request is refused with the same code. */
export const PAYEE_GAPS = {
  iin_missing: text(
    'Укажите ИИН: без него нельзя удержать и перечислить налоги.',
    'ЖСН көрсетіңіз: онсыз салықты ұстап, аудару мүмкін емес.',
    'Give your IIN: taxes cannot be withheld and reported without it.',
  ),
  tax_status_missing: text(
    'Выберите налоговый статус.',
    'Салық мәртебесін таңдаңыз.',
    'Choose your tax status.',
  ),
  tax_status_pending: text(
    'Мы проверяем вашу регистрацию. Деньги подождут на счёте.',
    'Тіркеуіңізді тексеріп жатырмыз. Ақша шотта күтеді.',
    'We are checking your registration. The money waits in your account.',
  ),
  tax_status_expired: text(
    'Подтверждение налогового статуса устарело. Подтвердите его заново.',
    'Салық мәртебесінің растауы ескірді. Оны қайта растаңыз.',
    'The proof of your tax status has expired. Confirm it again.',
  ),
  instrument_missing: text(
    'Добавьте карту, на которую придут деньги.',
    'Ақша түсетін картаны қосыңыз.',
    'Add the card that money goes to.',
  ),
  instrument_stopped: text(
    'Карта или счёт больше не принимает выплаты. Добавьте другую карту.',
    'Карта немесе шот енді төлем қабылдамайды. Басқа карта қосыңыз.',
    'The card or account no longer accepts payouts. Add another card.',
  ),
  instrument_waiting: text(
    'Новая карта или счёт ещё на проверочном сроке. Выплату можно запросить, когда он пройдёт.',
    'Жаңа карта немесе шот әлі тексеру мерзімінде. Мерзім өткенде төлем сұрауға болады.',
    'The new card or account is still in its waiting time. Ask for the payout once it is over.',
  ),
  instrument_unsupported: text(
    'Выплаты на счёт IBAN пока не открыты. Добавьте карту, чтобы получить деньги сейчас.',
    'IBAN шотына төлем әзірге ашылмаған. Ақшаны қазір алу үшін карта қосыңыз.',
    'Payouts to an IBAN are not open yet. Add a card to be paid now.',
  ),
} as const satisfies Readonly<Record<string, Text>>;
export type PayeeGap = keyof typeof PAYEE_GAPS;

/** Why taxes cannot be withheld from a payout with certainty (quote.ts): it is not sent. */
export const TAX_STOPS = {
  tax_parameter_missing: text(
    'На эту дату ещё не введены налоговые ставки. Выплаты откроются, когда они появятся.',
    'Бұл күнге салық мөлшерлемелері әлі енгізілмеген. Олар енгізілгенде төлемдер ашылады.',
    'Tax rates for this date are not entered yet. Payouts open once they are.',
  ),
  regime_not_available: text(
    'Этот налоговый статус сейчас не действует. Выберите другой.',
    'Бұл салық мәртебесі қазір қолданылмайды. Басқасын таңдаңыз.',
    'This tax status is not in force now. Choose another one.',
  ),
  social_category_not_supported: text(
    'Для вашей льготной категории выплату считает сотрудник. Напишите в поддержку.',
    'Сіздің жеңілдік санатыңыз үшін төлемді қызметкер есептейді. Қолдау қызметіне жазыңыз.',
    'For your social category a person computes the payout. Write to support.',
  ),
  self_employed_month_limit: text(
    'Выплата превысит месячный предел дохода самозанятого. Запросите меньше или в следующем месяце.',
    'Төлем өзін-өзі жұмыспен қамтығанның айлық табыс шегінен асады. Азырақ немесе келесі айда сұраңыз.',
    'The payout would pass the monthly income limit of the self-employed. Ask for less, or next month.',
  ),
  gph_year_stop: text(
    'За год вам выплачено столько, что нужна регистрация ИП. Зарегистрируйтесь и смените статус.',
    'Бір жылда төленген сома бойынша ЖК ретінде тіркелу керек. Тіркеліп, мәртебені ауыстырыңыз.',
    'You were paid so much this year that you have to register as an entrepreneur. Register and change your status.',
  ),
  net_zero: text(
    'После удержания налогов ничего не останется. Накопите больше.',
    'Салық ұсталғаннан кейін ештеңе қалмайды. Көбірек жинаңыз.',
    'Nothing would be left after taxes. Wait until there is more.',
  ),
  tax_not_computable: text(
    'Налог не удалось посчитать однозначно. Мы уже разбираемся.',
    'Салықты бірмәнді есептеу мүмкін болмады. Біз анықтап жатырмыз.',
    'The tax could not be computed with certainty. We are looking into it.',
  ),
} as const satisfies Readonly<Record<string, Text>>;
export type TaxStop = keyof typeof TAX_STOPS;

/** What became of a payout on its way, in the codes the payout activities store. */
const SETTLEMENT = {
  batch_not_approved: text(
    'Выплату не утвердили вовремя. Деньги вернулись на баланс, запросите снова.',
    'Төлем уақытында бекітілмеді. Ақша балансқа қайтты, қайта сұраңыз.',
    'The payout was not approved in time. The money is back on your balance; ask again.',
  ),
  instrument_changed: text(
    'Карта или счёт изменились до утверждения. Деньги на балансе: запросите выплату на новую карту.',
    'Карта немесе шот бекітілгенге дейін өзгерді. Ақша балансыңызда: жаңа картаға төлем сұраңыз.',
    'The card or account changed before the approval. The money is on your balance; ask for a payout to the new one.',
  ),
  run_closed: text(
    'Отправку выплат отменили. Деньги вернулись на баланс, запросите снова.',
    'Төлемдерді жөнелту тоқтатылды. Ақша балансқа қайтты, қайта сұраңыз.',
    'The payout run was called off. The money is back on your balance; ask again.',
  ),
  provider_funds_short: RUN_WAITS.provider_funds_short,
  order_changed: text(
    'Заказ из этой выплаты вернулся или подешевел. Остальное снова на балансе, запросите выплату ещё раз.',
    'Осы төлемдегі тапсырыс қайтарылды немесе арзандады. Қалғаны қайтадан балансыңызда, төлемді қайта сұраңыз.',
    'An order in this payout came back or was lowered. The rest is on your balance again; ask for a payout once more.',
  ),
  excluded_from_run: text(
    'Выплата снята с отправки для проверки. Деньги вернулись на баланс.',
    'Төлем тексеру үшін жөнелтуден алынды. Ақша балансқа қайтты.',
    'The payout was taken out of its run for a check. The money is back on your balance.',
  ),
  tax_day_changed: text(
    'К дню отправки налог стал другим. Деньги вернулись на баланс, запросите выплату снова.',
    'Жіберу күніне салық өзгерді. Ақша балансқа қайтты, төлемді қайта сұраңыз.',
    'By the day of sending the tax had changed. The money is back on your balance; ask again.',
  ),
  payee_status_missing: text(
    'К моменту выплаты налоговый статус не подтверждён. Деньги вернулись на баланс.',
    'Төлем сәтінде салық мәртебесі расталмаған. Ақша балансқа қайтты.',
    'The tax status was not confirmed when the payout was due. The money is back on your balance.',
  ),
  payee_status_expired: text(
    'К моменту выплаты подтверждение налогового статуса устарело. Деньги вернулись на баланс.',
    'Төлем сәтінде салық мәртебесінің растауы ескірген. Ақша балансқа қайтты.',
    'The proof of the tax status had expired when the payout was due. The money is back on your balance.',
  ),
  no_instrument: text(
    'Карта удалена или остановлена до отправки. Деньги вернулись на баланс.',
    'Карта жіберілгенге дейін жойылған немесе тоқтатылған. Ақша балансқа қайтты.',
    'The card was removed or stopped before sending. The money is back on your balance.',
  ),
  provider_unknown: text(
    'Платёжная система ещё не ответила. Мы спрашиваем её, второй раз деньги не уйдут.',
    'Төлем жүйесі әлі жауап бермеді. Біз сұрап жатырмыз, ақша екінші рет кетпейді.',
    'The payment provider has not answered yet. We keep asking; the money cannot leave twice.',
  ),
  provider_amount_differs: text(
    'Платёжная система назвала другую сумму. Проверяет сотрудник.',
    'Төлем жүйесі басқа соманы көрсетті. Қызметкер тексеріп жатыр.',
    'The payment provider named another amount. A person is checking.',
  ),
  provider_silent: text(
    'Платёжная система слишком долго не отвечает. Проверяет сотрудник.',
    'Төлем жүйесі тым ұзақ жауап бермейді. Қызметкер тексеріп жатыр.',
    'The payment provider has not answered for too long. A person is checking.',
  ),
  provider_never_booked: text(
    'Платёжная система не приняла перевод. Проверяет сотрудник.',
    'Төлем жүйесі аударымды қабылдамады. Қызметкер тексеріп жатыр.',
    'The payment provider did not take the transfer. A person is checking.',
  ),
  provider_id_reused: text(
    'Платёжная система назвала номер другого перевода. Проверяет сотрудник.',
    'Төлем жүйесі басқа аударымның нөмірін атады. Қызметкер тексеріп жатыр.',
    'The payment provider named the id of another transfer. A person is checking.',
  ),
  provider_short_of_money: text(
    'Перевод задержан по нашей причине. Сотрудник отправит его снова.',
    'Аударым біздің себептен кідірді. Қызметкер оны қайта жібереді.',
    'The transfer is delayed for a reason of ours. A person will send it again.',
  ),
  send_failed: text(
    'Перевод не удалось отправить. Проверяет сотрудник, деньги на месте.',
    'Аударымды жіберу мүмкін болмады. Қызметкер тексеріп жатыр, ақша орнында.',
    'The transfer could not be sent. A person is checking; the money is safe.',
  ),
  books_refused: text(
    'Запись о переводе не сошлась. Проверяет сотрудник.',
    'Аударым туралы жазба сәйкес келмеді. Қызметкер тексеріп жатыр.',
    'The record of the transfer does not fit. A person is checking.',
  ),
  voided_after_review: text(
    'Проверка показала, что деньги не ушли. Они вернулись на баланс, запросите снова.',
    'Тексеру ақшаның кетпегенін көрсетті. Ол балансқа қайтты, қайта сұраңыз.',
    'A check showed that the money never left. It is back on your balance; ask again.',
  ),
  sent_anew: text(
    'Проверка показала, что первый перевод не ушёл. Отправляем заново.',
    'Тексеру бірінші аударымның кетпегенін көрсетті. Қайта жібереміз.',
    'A check showed that the first transfer never left. It is being sent again.',
  ),
  paid_in_part: text(
    'Пришла не вся сумма. Остальное вернулось на баланс без удержаний.',
    'Соманың бәрі келген жоқ. Қалғаны ұстаусыз балансқа қайтты.',
    'Not the whole amount arrived. The rest is back on your balance, with nothing withheld.',
  ),
  provider_refused: text(
    'Платёжная система отклонила перевод. Деньги вернулись на баланс.',
    'Төлем жүйесі аударымнан бас тартты. Ақша балансқа қайтты.',
    'The payment provider refused the transfer. The money is back on your balance.',
  ),
} as const satisfies Readonly<Record<string, Text>>;

export const PAYOUT_REASONS = { ...PAYEE_GAPS, ...TAX_STOPS, ...SETTLEMENT } as const;
export type PayoutReasonCode = keyof typeof PAYOUT_REASONS;

export const isPayoutReason = (code: string): code is PayoutReasonCode =>
  Object.hasOwn(PAYOUT_REASONS, code);

/** A stored code with its texts. Providers bring codes of their own: those are all refusals of a transfer. */
export function payoutReason(code: string): { readonly code: string } & Text {
  return { code, ...PAYOUT_REASONS[isPayoutReason(code) ? code : 'provider_refused'] };
}

export const PAYOUT_STATES = {
  requested: text('Запрошена', 'Сұралды', 'Requested'),
  reserved: text(
    'Налоги посчитаны, ждёт утверждения',
    'Салық есептелді, бекітуді күтеді',
    'Taxes fixed, waits for approval',
  ),
  submitting: text('Отправляется', 'Жіберілуде', 'Being sent'),
  unknown: text(
    'Отправлена, ждём ответа',
    'Жіберілді, жауап күтеміз',
    'Sent, waiting for an answer',
  ),
  paid: text('Выплачена', 'Төленді', 'Paid'),
  refused: text(
    'Отклонена, деньги на балансе',
    'Қабылданбады, ақша балансыңызда',
    'Refused, the money is on your balance',
  ),
  cancelled: text(
    'Отменена, деньги на балансе',
    'Тоқтатылды, ақша балансыңызда',
    'Cancelled, the money is on your balance',
  ),
  review: text('Проверяет сотрудник', 'Қызметкер тексеріп жатыр', 'A person is checking'),
} as const satisfies Readonly<Record<string, Text>>;
export type PayoutState = keyof typeof PAYOUT_STATES;
