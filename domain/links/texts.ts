import type { TargetError } from './target';

/**
 * Every reason a person who follows or makes a link can be shown instead of the shop, with the words
 * for it. A sentence says what happened and what to do about it; codes are stable and go into the
 * X-Gamma-Code header.
 */
export type LinkErrorCode =
  | TargetError
  | 'link_unknown'
  | 'link_paused'
  | 'link_deleted'
  | 'link_expired'
  | 'link_taken_down'
  | 'programme_paused'
  | 'programme_ended'
  | 'ref_missing'
  | 'ref_unknown'
  | 'parameter_repeated'
  | 'address_malformed'
  | 'target_half_escaped'
  | 'request_malformed'
  | 'method_not_allowed'
  | 'come_yourself'
  | 'too_many_requests'
  | 'temporarily_unavailable';

export const LANGUAGES = ['ru', 'kk', 'en'] as const;
export type Language = (typeof LANGUAGES)[number];

export type LinkText = { readonly title: string; readonly sentence: string };

const WRONG = { ru: 'Ссылка не сработала', kk: 'Сілтеме ашылмады', en: 'This link does not work' };
const STOPPED = {
  ru: 'Ссылка больше не действует',
  kk: 'Сілтеме енді жарамсыз',
  en: 'This link is no longer active',
};

type Titles = Readonly<Record<Language, string>>;
const entry = (titles: Titles, ru: string, kk: string, en: string): Record<Language, LinkText> => ({
  ru: { title: titles.ru, sentence: ru },
  kk: { title: titles.kk, sentence: kk },
  en: { title: titles.en, sentence: en },
});

export const LINK_TEXTS: Readonly<Record<LinkErrorCode, Record<Language, LinkText>>> = {
  target_missing: entry(
    WRONG,
    'В ссылке нет адреса товара. Скопируйте адрес страницы товара в магазине и вставьте его после target=.',
    'Сілтемеде тауардың мекенжайы жоқ. Дүкендегі тауар бетінің мекенжайын көшіріп, target= дегеннен кейін қойыңыз.',
    'The link has no product address. Copy the address of the product page in the shop and paste it after target=.',
  ),
  target_too_long: entry(
    WRONG,
    'Адрес товара слишком длинный. Вставьте его без хвоста с метками: всё, что стоит до знака «?».',
    'Тауардың мекенжайы тым ұзын. Оны белгілерсіз қойыңыз: «?» белгісіне дейінгі бөлігі жеткілікті.',
    'The product address is too long. Paste it without the tracking tail: the part before the “?” is enough.',
  ),
  target_control_character: entry(
    WRONG,
    'В адресе товара есть невидимые знаки. Скопируйте его заново из адресной строки браузера, одной строкой и без пробелов.',
    'Тауар мекенжайында көрінбейтін таңбалар бар. Оны браузердің мекенжай жолағынан бір жолмен, бос орынсыз қайта көшіріңіз.',
    'The product address contains invisible characters. Copy it again from the browser’s address bar, on one line and without spaces.',
  ),
  target_backslash: entry(
    WRONG,
    'В адресе товара есть обратная косая черта «\\». Вставьте адрес с обычной чертой, например https://www.wildberries.kz/catalog/123/detail.aspx.',
    'Тауар мекенжайында кері қиғаш сызық «\\» бар. Мекенжайды кәдімгі сызықпен қойыңыз, мысалы https://www.wildberries.kz/catalog/123/detail.aspx.',
    'The product address contains a backslash “\\”. Paste an address with ordinary slashes, such as https://www.wildberries.kz/catalog/123/detail.aspx.',
  ),
  target_not_https: entry(
    WRONG,
    'Адрес товара должен начинаться с https://. Скопируйте его целиком из адресной строки браузера.',
    'Тауар мекенжайы https:// деп басталуы керек. Оны браузердің мекенжай жолағынан толық көшіріңіз.',
    'The product address must start with https://. Copy the whole of it from the browser’s address bar.',
  ),
  target_malformed: entry(
    WRONG,
    'Это не похоже на адрес страницы. Откройте товар в браузере и скопируйте его адрес целиком.',
    'Бұл бет мекенжайына ұқсамайды. Тауарды браузерде ашып, мекенжайын толық көшіріңіз.',
    'This does not look like a page address. Open the product in a browser and copy its whole address.',
  ),
  target_userinfo: entry(
    WRONG,
    'Перед названием сайта стоит лишняя часть со знаком «@»: так подделывают адреса. Вставьте адрес, в котором сразу после https:// идёт сайт магазина.',
    'Сайт атауының алдында «@» белгісі бар артық бөлік тұр: жалған мекенжайлар осылай жасалады. https:// дегеннен кейін бірден дүкен сайты тұратын мекенжайды қойыңыз.',
    'There is an extra part with an “@” before the site’s name, which is how addresses are faked. Paste an address where the shop’s site comes right after https://.',
  ),
  target_port: entry(
    WRONG,
    'После названия сайта стоит номер порта. Уберите двоеточие и цифры после названия сайта.',
    'Сайт атауынан кейін порт нөмірі тұр. Сайт атауынан кейінгі қос нүкте мен сандарды алып тастаңыз.',
    'There is a port number after the site’s name. Remove the colon and the digits after it.',
  ),
  target_ip_address: entry(
    WRONG,
    'Вместо названия сайта стоят цифры. Вставьте адрес с названием магазина, например https://www.wildberries.kz/….',
    'Сайт атауының орнында сандар тұр. Дүкен атауы бар мекенжайды қойыңыз, мысалы https://www.wildberries.kz/….',
    'There are numbers where the site’s name should be. Paste an address with the shop’s name, such as https://www.wildberries.kz/….',
  ),
  target_host_not_listed: entry(
    WRONG,
    'Этот сайт не участвует в ваших программах. Вставьте адрес товара из магазина, к программе которого вы подключены.',
    'Бұл сайт сіздің бағдарламаларыңызға қатыспайды. Өзіңіз қосылған бағдарламадағы дүкеннің тауар мекенжайын қойыңыз.',
    'This site is not part of your programmes. Paste a product address from a shop whose programme you have joined.',
  ),
  link_unknown: entry(
    WRONG,
    'Такой ссылки нет. Проверьте, что она скопирована целиком, или попросите автора прислать её ещё раз.',
    'Мұндай сілтеме жоқ. Оның толық көшірілгенін тексеріңіз немесе авторынан қайта жіберуін сұраңыз.',
    'There is no such link. Check that it was copied whole, or ask its author to send it again.',
  ),
  link_paused: entry(
    STOPPED,
    'Автор приостановил эту ссылку. Найдите товар на сайте магазина или попросите у автора новую ссылку.',
    'Автор бұл сілтемені тоқтатып қойды. Тауарды дүкен сайтынан табыңыз немесе автордан жаңа сілтеме сұраңыз.',
    'Its author has paused this link. Find the product on the shop’s site or ask the author for a new link.',
  ),
  link_deleted: entry(
    STOPPED,
    'Автор удалил эту ссылку. Найдите товар на сайте магазина или попросите у автора новую ссылку.',
    'Автор бұл сілтемені жойды. Тауарды дүкен сайтынан табыңыз немесе автордан жаңа сілтеме сұраңыз.',
    'Its author has deleted this link. Find the product on the shop’s site or ask the author for a new link.',
  ),
  link_expired: entry(
    STOPPED,
    'Срок этой ссылки закончился. Попросите у автора новую или найдите товар на сайте магазина.',
    'Бұл сілтеменің мерзімі аяқталды. Автордан жаңасын сұраңыз немесе тауарды дүкен сайтынан табыңыз.',
    'This link has run out. Ask its author for a new one, or find the product on the shop’s site.',
  ),
  link_taken_down: entry(
    STOPPED,
    'Мы отключили эту ссылку после проверки. Товар можно найти на сайте магазина.',
    'Тексеруден кейін біз бұл сілтемені өшірдік. Тауарды дүкен сайтынан табуға болады.',
    'We switched this link off after a review. You can find the product on the shop’s site.',
  ),
  programme_paused: entry(
    STOPPED,
    'Магазин приостановил свою программу. Товар можно найти на сайте магазина.',
    'Дүкен өз бағдарламасын уақытша тоқтатты. Тауарды дүкен сайтынан табуға болады.',
    'The shop has paused its programme. You can find the product on the shop’s site.',
  ),
  programme_ended: entry(
    STOPPED,
    'Программа магазина закончилась. Товар можно найти на сайте магазина.',
    'Дүкеннің бағдарламасы аяқталды. Тауарды дүкен сайтынан табуға болады.',
    'The shop’s programme has ended. You can find the product on the shop’s site.',
  ),
  ref_missing: entry(
    WRONG,
    'В ссылке нет имени автора (ref=). Скопируйте её целиком из кабинета.',
    'Сілтемеде автордың аты (ref=) жоқ. Оны кабинеттен толық көшіріңіз.',
    'The link has no author name (ref=). Copy the whole link from your account.',
  ),
  ref_unknown: entry(
    WRONG,
    'Автор этой ссылки нам не известен. Проверьте, что она скопирована целиком, или попросите прислать её ещё раз.',
    'Бұл сілтеменің авторы бізге белгісіз. Оның толық көшірілгенін тексеріңіз немесе қайта жіберуін сұраңыз.',
    'We do not know the author of this link. Check that it was copied whole, or ask for it again.',
  ),
  parameter_repeated: entry(
    WRONG,
    'Автор (ref) или адрес товара (target) указан в ссылке дважды. Скопируйте ссылку заново из кабинета.',
    'Сілтемеде автор (ref) немесе тауар мекенжайы (target) екі рет көрсетілген. Сілтемені кабинеттен қайта көшіріңіз.',
    'The author (ref) or the product address (target) is given twice. Copy the link again from your account.',
  ),
  address_malformed: entry(
    WRONG,
    'В ссылке есть испорченные знаки после «%». Скопируйте её заново целиком.',
    'Сілтемеде «%» белгісінен кейін бүлінген таңбалар бар. Оны толығымен қайта көшіріңіз.',
    'The link has broken characters after a “%”. Copy the whole link again.',
  ),
  target_half_escaped: entry(
    WRONG,
    'Адрес товара вставлен в ссылку так, что часть его параметров теряется. Скопируйте ссылку заново из кабинета.',
    'Тауардың мекенжайы сілтемеге параметрлерінің бір бөлігі жоғалатындай қойылған. Сілтемені кабинеттен қайта көшіріңіз.',
    'The product address is written into the link so that a part of its parameters gets lost. Copy the link again from your account.',
  ),
  request_malformed: entry(
    WRONG,
    'Запрос испорчен по дороге к нам. Откройте ссылку в другом браузере или без прокси-программы.',
    'Сұрау бізге жеткенше бүлініп қалды. Сілтемені басқа браузерде немесе прокси-бағдарламасыз ашыңыз.',
    'The request was damaged on its way to us. Open the link in another browser or without a proxy program.',
  ),
  method_not_allowed: entry(
    WRONG,
    'Эту ссылку можно только открыть. Вставьте её в адресную строку браузера.',
    'Бұл сілтемені тек ашуға болады. Оны браузердің мекенжай жолағына қойыңыз.',
    'This link can only be opened. Paste it into the address bar of a browser.',
  ),
  come_yourself: entry(
    {
      ru: 'Откройте ссылку сами',
      kk: 'Сілтемені өзіңіз ашыңыз',
      en: 'Please open the link yourself',
    },
    'Браузер хотел загрузить эту страницу заранее. Нажмите на ссылку, и она откроется.',
    'Браузер бұл бетті алдын ала жүктегісі келді. Сілтемені басыңыз, сонда ол ашылады.',
    'The browser wanted to load this page in advance. Follow the link and it will open.',
  ),
  too_many_requests: entry(
    { ru: 'Слишком часто', kk: 'Тым жиі', en: 'Too many requests' },
    'С вашего адреса или по этой ссылке приходит слишком много переходов. Подождите немного и откройте её снова.',
    'Сіздің мекенжайыңыздан немесе осы сілтеме арқылы тым көп өту болып жатыр. Сәл күтіп, сілтемені қайта ашыңыз.',
    'Too many visits are coming from your address or through this link. Wait a little and open it again.',
  ),
  temporarily_unavailable: entry(
    { ru: 'Попробуйте ещё раз', kk: 'Қайталап көріңіз', en: 'Please try again' },
    'Сейчас мы не можем открыть эту ссылку. Обновите страницу через несколько секунд.',
    'Қазір бұл сілтемені аша алмаймыз. Бірнеше секундтан кейін бетті жаңартыңыз.',
    'We cannot open this link right now. Reload the page in a few seconds.',
  ),
};
