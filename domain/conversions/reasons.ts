/** One text in the three languages of the platform. */
export type Text = { readonly ru: string; readonly kk: string; readonly en: string };

const text = (ru: string, kk: string, en: string): Text => ({ ru, kk, en });

/**
 * Why a conversion is in its state: the closed list. A code, once published, never changes its meaning;
 * the influencer and the shop both see these texts.
 */
export const REASONS = {
  // Not credited (UNMATCHED): the order is stored, no click of ours belongs to it.
  click_missing: text(
    'В заказе нет идентификатора клика.',
    'Тапсырыста клик идентификаторы жоқ.',
    'The order carries no click id.',
  ),
  click_malformed: text(
    'Идентификатор клика повреждён или не наш.',
    'Клик идентификаторы бүлінген немесе біздікі емес.',
    'The click id is damaged or not one of ours.',
  ),
  click_forged: text(
    'Подпись идентификатора клика неверна.',
    'Клик идентификаторының қолтаңбасы дұрыс емес.',
    'The signature inside the click id is wrong.',
  ),
  click_other_environment: text(
    'Идентификатор клика выдан в другой среде, например в тестовой.',
    'Клик идентификаторы басқа ортада, мысалы тест ортасында берілген.',
    'The click id was given out in another environment, such as the test one.',
  ),
  click_from_future: text(
    'Время клика позже времени заказа.',
    'Клик уақыты тапсырыс уақытынан кейін.',
    'The click is later than the order.',
  ),
  click_link_unknown: text(
    'Ссылка из идентификатора клика не существует.',
    'Клик идентификаторындағы сілтеме жоқ.',
    'The link named by the click id does not exist.',
  ),
  click_other_programme: text(
    'Клик сделан по ссылке другой программы.',
    'Клик басқа бағдарламаның сілтемесі арқылы жасалған.',
    'The click was on a link of another programme.',
  ),
  // Refused by the rules.
  click_window_passed: text(
    'Заказ сделан позже, чем программа засчитывает клик.',
    'Тапсырыс бағдарлама кликті есептейтін мерзімнен кейін жасалған.',
    'The order came after the programme’s click window.',
  ),
  order_before_click: text(
    'Заказ сделан раньше клика.',
    'Тапсырыс кликтен бұрын жасалған.',
    'The order is older than the click.',
  ),
  no_terms: text(
    'На дату заказа у программы нет условий вознаграждения.',
    'Тапсырыс күніне бағдарламаның сыйақы шарттары жоқ.',
    'The programme has no commission terms for the date of the order.',
  ),
  commission_zero: text(
    'Вознаграждение за этот заказ меньше одного тиына.',
    'Бұл тапсырыс үшін сыйақы бір тиыннан аз.',
    'The commission on this order is less than one tiyn.',
  ),
  // Waiting.
  hold_running: text(
    'Идёт срок возврата товара.',
    'Тауарды қайтару мерзімі өтіп жатыр.',
    'The return period is running.',
  ),
  waiting_for_delivery: text(
    'Ждём доставки: срок возврата начнётся, когда покупатель получит товар.',
    'Жеткізуді күтеміз: қайтару мерзімі сатып алушы тауарды алғанда басталады.',
    'Waiting for delivery: the return period begins when the buyer has the goods.',
  ),
  waiting_for_shop: text(
    'Ждём подтверждения заказа от магазина.',
    'Дүкеннің тапсырысты растауын күтеміз.',
    'Waiting for the shop to confirm the order.',
  ),
  waiting_for_payee_status: text(
    'Нужно подтвердить налоговый статус получателя.',
    'Алушының салық мәртебесін растау керек.',
    'The payee’s tax status has to be confirmed.',
  ),
  payee_status_pending: text(
    'Проверяем регистрацию получателя.',
    'Алушының тіркеуін тексеріп жатырмыз.',
    'We are checking the payee’s registration.',
  ),
  payee_status_expired: text(
    'Подтверждение налогового статуса устарело.',
    'Салық мәртебесінің растауы ескірген.',
    'The evidence of the payee’s tax status has expired.',
  ),
  iin_missing: text(
    'Не указан ИИН получателя.',
    'Алушының ЖСН көрсетілмеген.',
    'The payee’s IIN is missing.',
  ),
  no_instrument: text(
    'Не указана карта или счёт для выплаты.',
    'Төлем үшін карта немесе шот көрсетілмеген.',
    'There is no card or account to pay to.',
  ),
  instrument_stopped: text(
    'Карта или счёт больше не принимает выплаты.',
    'Карта немесе шот енді төлемдерді қабылдамайды.',
    'The card or account no longer accepts payouts.',
  ),
  // Cancelled.
  order_rejected: text(
    'Магазин отклонил заказ.',
    'Дүкен тапсырыстан бас тартты.',
    'The shop rejected the order.',
  ),
  refunded_in_hold: text(
    'Товар возвращён до конца срока возврата.',
    'Тауар қайтару мерзімі аяқталғанға дейін қайтарылды.',
    'The goods were returned within the return period.',
  ),
  not_confirmed: text(
    'Магазин не подтвердил заказ в срок.',
    'Дүкен тапсырысты мерзімінде растамады.',
    'The shop did not confirm the order in time.',
  ),
  taken_back: text(
    'Заказ возвращён после зачёта; вознаграждение списано с баланса.',
    'Тапсырыс есептелгеннен кейін қайтарылды; сыйақы баланстан алынды.',
    'The order came back after it was counted; the commission was taken from the balance.',
  ),
  taken_back_after_payout: text(
    'Заказ возвращён после выплаты; вознаграждение стало долгом и покроется следующими заказами.',
    'Тапсырыс төлемнен кейін қайтарылды; сыйақы қарызға айналды, оны келесі тапсырыстар жабады.',
    'The order came back after it was paid out; the commission became a debt that the next orders cover.',
  ),
  // Changed after the release.
  lowered_after_release: text(
    'Магазин уменьшил сумму заказа после зачёта; разница вознаграждения списана.',
    'Дүкен есептелген тапсырыс сомасын азайтты; сыйақы айырмасы алынды.',
    'The shop lowered the amount after the order was counted; the difference in commission was taken back.',
  ),
  lowered_after_payout: text(
    'Магазин уменьшил сумму заказа после выплаты; разница стала долгом и покроется следующими заказами.',
    'Дүкен төленген тапсырыс сомасын азайтты; айырма қарызға айналды, оны келесі тапсырыстар жабады.',
    'The shop lowered the amount after it was paid out; the difference became a debt that the next orders cover.',
  ),
  raised_after_release: text(
    'Магазин увеличил сумму заказа; разница ждёт своего срока возврата.',
    'Дүкен тапсырыс сомасын көбейтті; айырма өз қайтару мерзімін күтеді.',
    'The shop raised the amount; the difference waits out a return period of its own.',
  ),
  raise_released: text(
    'Разница вознаграждения зачтена.',
    'Сыйақы айырмасы есептелді.',
    'The difference in commission is counted.',
  ),
  raise_withdrawn: text(
    'Магазин вернул прежнюю сумму заказа; разница снята.',
    'Дүкен тапсырыстың бұрынғы сомасын қайтарды; айырма алынды.',
    'The shop went back to the former amount; the difference was withdrawn.',
  ),
  raise_dismissed: text(
    'Увеличение суммы заказа не засчитано после проверки.',
    'Тапсырыс сомасының өсуі тексеруден кейін есептелмеді.',
    'The raise of the amount was not counted after a check.',
  ),
  revived: text(
    'Магазин подтвердил ранее отменённый заказ; срок возврата идёт заново.',
    'Дүкен бұрын жойылған тапсырысты растады; қайтару мерзімі қайта басталды.',
    'The shop confirmed an order it had cancelled; the return period runs anew.',
  ),
  // Review.
  approved_after_cancellation: text(
    'Магазин подтвердил заказ, который отменил сотрудник; решает сотрудник.',
    'Дүкен қызметкер жойған тапсырысты растады; қызметкер шешеді.',
    'The shop confirmed an order that a person had cancelled; a person decides.',
  ),
  over_order_limit: text(
    'Сумма заказа выше предела программы; проверяет сотрудник.',
    'Тапсырыс сомасы бағдарлама шегінен жоғары; қызметкер тексереді.',
    'The amount of the order is above the programme’s limit; a person checks it.',
  ),
  over_day_limit: text(
    'Сумма заказов программы за день выше предела; проверяет сотрудник.',
    'Бағдарламаның бір күндік тапсырыстар сомасы шектен жоғары; қызметкер тексереді.',
    'The programme’s orders of the day are above its limit; a person checks it.',
  ),
  over_credit_limit: text(
    'Магазин достиг своего кредитного предела; проверяет сотрудник.',
    'Дүкен несие шегіне жетті; қызметкер тексереді.',
    'The shop has reached its credit limit; a person checks it.',
  ),
  late_event: text(
    'Магазин сообщил о заказе после расчёта; решает сотрудник.',
    'Дүкен есеп айырысудан кейін хабарлады; қызметкер шешеді.',
    'The shop told of a change after the order was settled; a person decides.',
  ),
  payee_not_ready: text(
    'Данные получателя не готовы слишком долго; решает сотрудник.',
    'Алушының деректері тым ұзақ дайын емес; қызметкер шешеді.',
    'The payee’s details were not ready for too long; a person decides.',
  ),
  shop_unreachable: text(
    'Магазин не отвечает на запрос о заказе; решает сотрудник.',
    'Дүкен тапсырыс туралы сұрауға жауап бермейді; қызметкер шешеді.',
    'The shop does not answer about the order; a person decides.',
  ),
  amount_changed_in_hold: text(
    'Магазин изменил сумму заказа; вознаграждение пересчитано.',
    'Дүкен тапсырыс сомасын өзгертті; сыйақы қайта есептелді.',
    'The shop changed the amount of the order; the commission was recalculated.',
  ),
  cancelled_by_person: text(
    'Отменено сотрудником после проверки.',
    'Тексеруден кейін қызметкер жойды.',
    'Cancelled by a person after a check.',
  ),
  held_by_ops: text(
    'Остановлено сотрудником для проверки.',
    'Қызметкер тексеру үшін тоқтатты.',
    'Stopped by a person for a check.',
  ),
} as const satisfies Readonly<Record<string, Text>>;

export type ReasonCode = keyof typeof REASONS;

export const isReasonCode = (code: string): code is ReasonCode => Object.hasOwn(REASONS, code);

export type Reason = { readonly code: string } & Text;

/** A stored code with its texts. A code of a newer release is shown as it is rather than hidden. */
export function reason(code: string): Reason {
  const known = isReasonCode(code) ? REASONS[code] : { ru: code, kk: code, en: code };
  return { code, ...known };
}
