import type { Text } from '../../domain/conversions/reasons';
import { LINK_TEXTS } from '../../domain/links/texts';
import type { TargetError } from '../../domain/links/target';
import { PAYEE_GAPS, TAX_STOPS } from '../../domain/payouts/reasons';
import { problem, type ProblemText } from './problem';

/** Refusals whose words the domain has: a payout that cannot be, an address that cannot be linked to. */
const titled = <Code extends string>(
  texts: Readonly<Record<Code, Text>>,
  title: string,
): Readonly<Record<Code, ProblemText>> =>
  Object.fromEntries(
    Object.entries<Text>(texts).map(([code, { ru, kk, en }]) => [
      code,
      problem(422, title, ru, kk, en),
    ]),
  ) as Record<Code, ProblemText>;

/** Error texts in English are ASCII but for the apostrophe. */
const plain = (text: string): string => text.replace(/[“”]/g, '"').replace(/…/g, '...');

type PastedError = Exclude<TargetError, 'target_missing' | 'target_host_not_listed'>;
const PASTED: readonly PastedError[] = [
  'target_too_long',
  'target_control_character',
  'target_backslash',
  'target_not_https',
  'target_malformed',
  'target_userinfo',
  'target_port',
  'target_ip_address',
];
const pastedTexts = Object.fromEntries(
  PASTED.map((code) => {
    const { ru, kk, en } = LINK_TEXTS[code];
    return [code, { ru: ru.sentence, kk: kk.sentence, en: plain(en.sentence) }];
  }),
) as Record<PastedError, Text>;

const PROFILE_PROBLEMS = {
  name_missing: problem(
    422,
    'Name is missing',
    'Напишите, как вас зовут.',
    'Атыңызды жазыңыз.',
    'Tell us your name.',
  ),
  iin_not_twelve_digits: problem(
    422,
    'IIN is not twelve digits',
    'В ИИН двенадцать цифр. Проверьте, нет ли лишних или пропущенных.',
    'ЖСН он екі цифрдан тұрады. Артық не қалып қойған цифр жоқ па, тексеріңіз.',
    'An IIN has twelve digits. Check for missing or extra ones.',
  ),
  iin_check_digit: problem(
    422,
    'IIN check digit is wrong',
    'В ИИН опечатка: не сходится контрольная цифра. Сверьте с удостоверением.',
    'ЖСН-де қате бар: бақылау цифры сәйкес емес. Жеке куәлікпен салыстырыңыз.',
    'There is a typing error: the check digit does not fit. Compare it with your identity card.',
  ),
  iin_is_bin: problem(
    422,
    'A BIN was given for an IIN',
    'Это БИН организации. Нужен ваш личный ИИН.',
    'Бұл ұйымның БСН-і. Сіздің жеке ЖСН-іңіз керек.',
    'This is the number of an organisation. Your personal IIN is needed.',
  ),
  iin_unusable: problem(
    409,
    'IIN cannot be used',
    'Этот ИИН нельзя использовать. Если он ваш, напишите в поддержку.',
    'Бұл ЖСН-ді пайдалануға болмайды. Ол сіздікі болса, қолдау қызметіне жазыңыз.',
    'This IIN cannot be used. If it is yours, write to support.',
  ),
  iin_already_set: problem(
    409,
    'IIN is set already',
    'ИИН уже указан. Изменить его может только поддержка.',
    'ЖСН бұрын көрсетілген. Оны тек қолдау қызметі өзгерте алады.',
    'The IIN is given already. Only support can change it.',
  ),
  iban_invalid: problem(
    422,
    'IBAN is wrong',
    'В номере счёта ошибка. Нужен счёт IBAN: KZ и 18 знаков, как в приложении банка.',
    'Шот нөмірінде қате бар. IBAN шоты керек: KZ және 18 таңба, банк қосымшасындағыдай.',
    'The account number is wrong. An IBAN is KZ and 18 characters, as your bank shows it.',
  ),
  card_number_forbidden: problem(
    422,
    'A card number was sent',
    'Номер карты нельзя вводить здесь. Добавьте карту через форму платёжной системы.',
    'Карта нөмірін мұнда енгізуге болмайды. Картаны төлем жүйесінің формасы арқылы қосыңыз.',
    'A card number must not be typed here. Add the card through the payment provider’s form.',
  ),
  card_form_expired: problem(
    422,
    'Card form has expired',
    'Форма карты устарела или открыта в другом входе. Начните заново.',
    'Карта формасы ескірген немесе басқа кіруде ашылған. Қайта бастаңыз.',
    'The card form has expired or was opened in another session. Start again.',
  ),
  card_unusable: problem(
    422,
    'Card cannot be paid to',
    'На эту карту нельзя отправить деньги. Добавьте другую.',
    'Бұл картаға ақша жіберу мүмкін емес. Басқасын қосыңыз.',
    'This card cannot be paid to. Add another one.',
  ),
  card_check_unavailable: problem(
    503,
    'Payment provider does not answer',
    'Платёжная система сейчас не отвечает. Попробуйте через минуту.',
    'Төлем жүйесі қазір жауап бермейді. Бір минуттан кейін қайталаңыз.',
    'The payment provider does not answer now. Try again in a minute.',
  ),
} as const satisfies Readonly<Record<string, ProblemText>>;

const SHARE_PROBLEMS = {
  link_not_found: problem(
    404,
    'Link not found',
    'Такой ссылки нет.',
    'Мұндай сілтеме жоқ.',
    'There is no link of this id for this account.',
  ),
  catalogue_item_not_found: problem(
    404,
    'Product not found',
    'Такого товара в каталоге больше нет.',
    'Каталогта мұндай тауар енді жоқ.',
    'The catalogue no longer has this product.',
  ),
  target_missing: problem(
    422,
    'No address was pasted',
    'Вставьте адрес страницы товара: откройте товар, нажмите «Поделиться» и скопируйте ссылку.',
    'Тауар бетінің мекенжайын қойыңыз: тауарды ашып, «Бөлісу» түймесін басып, сілтемені көшіріңіз.',
    'Paste the address of a product page: open the product, press Share and copy the link.',
  ),
  target_ambiguous: problem(
    422,
    'Several addresses were pasted',
    'В тексте несколько ссылок. Вставьте одну.',
    'Мәтінде бірнеше сілтеме бар. Біреуін қойыңыз.',
    'There are several links in the text. Paste one.',
  ),
  target_host_not_listed: problem(
    422,
    'Shop is not part of any programme',
    'Этот магазин не участвует в программах. Вставьте ссылку на товар магазина из раздела «Магазины».',
    'Бұл дүкен бағдарламаларға қатыспайды. «Дүкендер» бөліміндегі дүкен тауарының сілтемесін қойыңыз.',
    'This shop is not part of any programme. Paste a product of a shop from the list of shops.',
  ),
  programme_not_running: problem(
    422,
    'Programme is not running',
    'Программа этого магазина остановлена. Выберите другой магазин.',
    'Бұл дүкеннің бағдарламасы тоқтатылған. Басқа дүкен таңдаңыз.',
    'The programme of this shop is stopped. Choose another shop.',
  ),
  feed_limit: problem(
    429,
    'Too many live pages',
    'Живых страниц открыто слишком много. Закройте лишние вкладки.',
    'Тірі жаңаратын беттер тым көп ашылған. Артық қойындыларды жабыңыз.',
    'Too many live pages or streams are open. Close some, then open this one again.',
  ),
} as const satisfies Readonly<Record<string, ProblemText>>;

/** What stands between an influencer and a link, a profile or a payout. */
export const INFLUENCER_PROBLEMS = {
  ...PROFILE_PROBLEMS,
  ...SHARE_PROBLEMS,
  ...titled(pastedTexts, 'Address cannot be linked to'),
  ...titled(PAYEE_GAPS, 'Payee is not ready'),
  ...titled(TAX_STOPS, 'Tax cannot be withheld'),
};
