import type { Text } from '../conversions/reasons';
import type { ClickIdError } from './clickId';

/**
 * Why a click is kept and does not count: the closed list. `head`, `prefetch`, `prerender`, `preview` are said by
 * the request itself; the others are read from the user agent (agent.ts). Codes stand in click logs and ClickHouse
 * for years: they are never reused for something else.
 */
export const NOT_BILLABLE = [
  'head',
  'prefetch',
  'prerender',
  'preview',
  'fetcher',
  'bot',
  'library',
  'agent_missing',
] as const;
export type NotBillable = (typeof NOT_BILLABLE)[number];

const text = (ru: string, kk: string, en: string): Text => ({ ru, kk, en });

export const CLICK_REASONS: Readonly<Record<NotBillable, Text>> = {
  head: text(
    'Программа проверила, что ссылка работает, но страницу не открывала.',
    'Бағдарлама сілтеменің жұмыс істейтінін тексерді, бірақ бетті ашпады.',
    'A program checked that the link works and did not open the page.',
  ),
  prefetch: text(
    'Браузер загрузил ссылку заранее, человек по ней ещё не переходил.',
    'Браузер сілтемені алдын ала жүктеді, адам оны әлі ашқан жоқ.',
    'The browser loaded the link in advance; nobody had followed it yet.',
  ),
  prerender: text(
    'Браузер подготовил страницу заранее, человек её ещё не видел.',
    'Браузер бетті алдын ала дайындады, адам оны әлі көрген жоқ.',
    'The browser prepared the page in advance; nobody had seen it yet.',
  ),
  preview: text(
    'Браузер показал миниатюру страницы, человек по ссылке не переходил.',
    'Браузер беттің кішкене суретін көрсетті, адам сілтемені ашқан жоқ.',
    'The browser showed a thumbnail of the page; nobody followed the link.',
  ),
  fetcher: text(
    'Мессенджер или соцсеть загрузили ссылку, чтобы показать её название и картинку.',
    'Мессенджер немесе әлеуметтік желі сілтеменің атауы мен суретін көрсету үшін оны жүктеді.',
    'A messenger or social network fetched the link to show its title and picture.',
  ),
  bot: text(
    'Ссылку открыл поисковый или другой робот, а не человек.',
    'Сілтемені адам емес, іздеу роботы немесе басқа робот ашты.',
    'A crawler or another robot opened the link, not a person.',
  ),
  library: text(
    'Ссылку открыла программа без браузера.',
    'Сілтемені браузері жоқ бағдарлама ашты.',
    'A program without a browser opened the link.',
  ),
  agent_missing: text(
    'Запрос не назвал браузер: люди так по ссылкам не переходят.',
    'Сұрау браузерді атамады: адамдар сілтемені бұлай ашпайды.',
    'The request named no browser; people do not follow links that way.',
  ),
};

/** A double tap: both clicks are kept and both can bring an order; statistics count one unique click. */
export const REPEAT_TEXT: Text = text(
  'Повторное нажатие того же человека за несколько секунд: учтено как один уникальный клик.',
  'Сол адамның бірнеше секунд ішінде қайта басуы: бір бірегей клик болып есептелді.',
  'The same visitor tapped again within seconds: counted as one unique click.',
);

/**
 * Why a click id that came back from a shop is refused before anything is looked up. What needs the order or the link
 * (another programme's id, one older than the programme's window) is among the reasons of conversions.
 */
export const CLICK_ID_REASONS: Readonly<Record<ClickIdError, Text>> = {
  click_id_malformed: text(
    'Это не идентификатор клика целиком: в нём должно быть ровно 32 знака.',
    'Бұл толық клик идентификаторы емес: онда дәл 32 таңба болуы керек.',
    'This is not a whole click id: it has exactly 32 characters.',
  ),
  click_id_forged: text(
    'Подпись идентификатора клика неверна: мы такого не выдавали.',
    'Клик идентификаторының қолтаңбасы дұрыс емес: біз мұндайды берген жоқпыз.',
    'The signature inside the click id is wrong: we never gave it out.',
  ),
  click_id_other_environment: text(
    'Идентификатор выдан в другой среде, например в тестовой.',
    'Идентификатор басқа ортада, мысалы тест ортасында берілген.',
    'The click id was given out in another environment, such as the test one.',
  ),
  click_id_from_future: text(
    'Время клика ещё не наступило: проверьте часы.',
    'Клик уақыты әлі келген жоқ: сағатты тексеріңіз.',
    'The time of the click lies in the future: check the clocks.',
  ),
};
