import { problem, type ProblemText } from './problem';

const NAME_PROBLEMS = {
  slug_malformed: problem(
    422,
    'Name of the link is malformed',
    'Имя ссылки: от 4 до 32 знаков, латинские буквы, цифры и дефис внутри. Например, zima-2026.',
    'Сілтеме аты: 4-тен 32-ге дейін таңба, латын әріптері, сандар және ортасында дефис. Мысалы, qys-2026.',
    'A name has 4 to 32 characters: Latin letters, digits and inner hyphens, such as winter-2026.',
  ),
  slug_reserved: problem(
    422,
    'Name of the link is reserved',
    'Это имя занято самим сервисом. Выберите другое.',
    'Бұл атты сервистің өзі пайдаланады. Басқасын таңдаңыз.',
    'The service itself uses this name. Choose another one.',
  ),
  slug_rude: problem(
    422,
    'Name of the link reads as rude',
    'Это имя читается как грубое слово. Выберите другое.',
    'Бұл ат дөрекі сөз болып оқылады. Басқасын таңдаңыз.',
    'This name reads as a rude word. Choose another one.',
  ),
  slug_taken: problem(
    409,
    'Name of the link is taken',
    'Такое имя уже занято. Свободные похожие имена перечислены рядом.',
    'Мұндай ат бос емес. Ұқсас бос аттар қасында көрсетілген.',
    'This name is taken. Free ones like it are listed beside.',
  ),
  title_malformed: problem(
    422,
    'Title is malformed',
    'Название: от 1 до 120 знаков, одной строкой.',
    'Атауы: 1-ден 120-ға дейін таңба, бір жолмен.',
    'A title has 1 to 120 characters, on one line.',
  ),
  sub_id_malformed: problem(
    422,
    'Sub id is malformed',
    'Метка sub: до 64 знаков, латинские буквы, цифры, точка, дефис и подчёркивание.',
    'sub белгісі: 64 таңбаға дейін, латын әріптері, сандар, нүкте, дефис және астын сызу.',
    'A sub id has up to 64 characters: Latin letters, digits, dot, hyphen and underscore.',
  ),
  expiry_malformed: problem(
    422,
    'End of the link is malformed',
    'Срок ссылки: дата вида 31.12.2026 или 2026-12-31.',
    'Сілтеме мерзімі: 31.12.2026 немесе 2026-12-31 түріндегі күн.',
    'The end of a link is a date such as 31.12.2026 or 2026-12-31.',
  ),
  expiry_past: problem(
    422,
    'End of the link is in the past',
    'Срок ссылки уже прошёл. Укажите дату впереди.',
    'Сілтеме мерзімі өтіп кеткен. Алдағы күнді көрсетіңіз.',
    'The end of the link has passed. Give a date to come.',
  ),
} as const satisfies Readonly<Record<string, ProblemText>>;

const PLACE_PROBLEMS = {
  target_private_page: problem(
    422,
    'Page is private to each visitor',
    'Это личная страница: корзина, вход или избранное. Покупатель увидит там своё. Вставьте адрес страницы товара.',
    'Бұл жеке бет: себет, кіру немесе таңдаулылар. Сатып алушы онда өзінікін көреді. Тауар бетінің мекенжайын қойыңыз.',
    'This page is private: a cart, a sign-in or favourites. Buyers would see their own. Paste the address of a product page.',
  ),
  target_short_link: problem(
    422,
    'Short link of an app or a shortener',
    'Это короткая ссылка: куда она ведёт, знает только её хозяин. Откройте её в браузере и вставьте адрес страницы товара.',
    'Бұл қысқа сілтеме: қайда апаратынын тек иесі біледі. Оны браузерде ашып, тауар бетінің мекенжайын қойыңыз.',
    'This is a short link, and only its owner knows where it leads. Open it in a browser and paste the address of the product page.',
  ),
  target_kaspi_wall: problem(
    422,
    'Orders on Kaspi cannot be counted',
    'Заказы на Kaspi засчитать нельзя: Kaspi не участвует в программах. Найдите этот товар на сайте магазина из раздела «Магазины» и вставьте его адрес.',
    'Kaspi-дегі тапсырыстарды есептеу мүмкін емес: Kaspi бағдарламаларға қатыспайды. Бұл тауарды «Дүкендер» бөліміндегі дүкен сайтынан тауып, мекенжайын қойыңыз.',
    'Orders on Kaspi cannot be counted: Kaspi takes part in no programme. Find the product on the site of a shop from the list of shops and paste its address.',
  ),
  target_other_site: problem(
    422,
    'Another site of the shop takes part',
    'Этот магазин участвует другим сайтом. Откройте тот же товар на нём и вставьте его адрес.',
    'Бұл дүкен басқа сайтымен қатысады. Сол тауарды сол сайтта ашып, мекенжайын қойыңыз.',
    'This shop takes part with another site. Open the same product there and paste its address.',
  ),
  target_other_programme: problem(
    422,
    'Address belongs to another programme',
    'Этот адрес из другого магазина, а заказы ссылки считаются своему. Сделайте для него новую ссылку.',
    'Бұл мекенжай басқа дүкеннен, ал сілтеме тапсырыстары өз дүкеніне есептеледі. Оған жаңа сілтеме жасаңыз.',
    'This address is of another shop, and orders of a link count for its own. Make a new link for it.',
  ),
  link_open_fixed: problem(
    422,
    'A link for a whole shop has no address',
    'Эта ссылка ведёт на любой товар магазина, адреса у неё нет. Сделайте отдельную ссылку на товар.',
    'Бұл сілтеме дүкеннің кез келген тауарына апарады, мекенжайы жоқ. Тауарға бөлек сілтеме жасаңыз.',
    'This link leads to any product of the shop and has no address. Make a link for the product.',
  ),
  link_taken_down: problem(
    409,
    'Link was taken down',
    'Ссылку сняла проверка, включить или заменить её нельзя. Если это ошибка, напишите в поддержку.',
    'Сілтемені тексеру алып тастады, оны қосуға не ауыстыруға болмайды. Қате болса, қолдау қызметіне жазыңыз.',
    'A review took the link down; it cannot be switched on or replaced. If this is a mistake, write to support.',
  ),
  links_too_many: problem(
    409,
    'Too many links',
    'Ссылок слишком много. Удалите ненужные: их заказы и статистика останутся.',
    'Сілтемелер тым көп. Қажетсіздерін жойыңыз: тапсырыстары мен статистикасы сақталады.',
    'There are too many links. Delete those you do not need: their orders and statistics stay.',
  ),
  qr_size_unfit: problem(
    422,
    'QR code does not fit',
    'Код не помещается: при этом размере и плотности точки слишком мелкие или файл слишком большой. Измените размер.',
    'Код сыймайды: бұл өлшем мен тығыздықта нүктелер тым ұсақ немесе файл тым үлкен. Өлшемін өзгертіңіз.',
    'The code does not fit: with this size and density its dots are too small or the file too large. Change the size.',
  ),
} as const satisfies Readonly<Record<string, ProblemText>>;

const TABLE_PROBLEMS = {
  table_type_unsupported: problem(
    415,
    'Not a table',
    'Это не таблица CSV. Сохраните её как CSV и загрузите снова.',
    'Бұл CSV кестесі емес. Оны CSV түрінде сақтап, қайта жүктеңіз.',
    'This is not a CSV table. Save it as CSV (text/csv, not compressed) and upload it again.',
  ),
  csv_is_workbook: problem(
    422,
    'Workbook instead of a table',
    'Это книга Excel, а не CSV. Откройте её, выберите «Сохранить как» → CSV UTF-8 и загрузите снова.',
    'Бұл CSV емес, Excel кітабы. Оны ашып, «Басқаша сақтау» → CSV UTF-8 таңдап, қайта жүктеңіз.',
    'This is an Excel workbook, not CSV. Open it, choose Save as, CSV UTF-8, and upload it again.',
  ),
  csv_unreadable: problem(
    422,
    'Table cannot be read',
    'Таблицу не удалось прочитать. Сохраните её как CSV UTF-8 и загрузите снова.',
    'Кестені оқу мүмкін болмады. Оны CSV UTF-8 түрінде сақтап, қайта жүктеңіз.',
    'The table cannot be read. Save it as CSV UTF-8 and upload it again.',
  ),
  csv_columns_wrong: problem(
    422,
    'Columns of the table are wrong',
    'Первая строка таблицы называет столбцы: url обязательно, title, slug, expires_at, sub1–sub5 по желанию, каждый один раз.',
    'Кестенің бірінші жолы бағандарды атайды: url міндетті, title, slug, expires_at, sub1–sub5 қалауынша, әрқайсысы бір рет.',
    'The first line names the columns: url, and if wanted title, slug, expires_at, sub1 to sub5, each once.',
  ),
  csv_empty: problem(
    422,
    'Table has no rows',
    'В таблице нет строк со ссылками.',
    'Кестеде сілтемелері бар жолдар жоқ.',
    'The table has no rows with addresses.',
  ),
  csv_too_many_rows: problem(
    422,
    'Table has too many rows',
    'В таблице больше 1000 строк. Разделите её на части.',
    'Кестеде 1000-нан көп жол бар. Оны бөліктерге бөліңіз.',
    'The table has more than 1000 rows. Split it.',
  ),
  csv_cell_too_long: problem(
    422,
    'Cell of the table is too long',
    'В таблице есть слишком длинная ячейка: адрес до 4096 знаков, остальное до 200.',
    'Кестеде тым ұзын ұяшық бар: мекенжай 4096 таңбаға дейін, қалғаны 200-ге дейін.',
    'A cell of the table is too long: addresses have up to 4096 characters, everything else up to 200.',
  ),
  import_not_found: problem(
    404,
    'Upload not found',
    'Такой загрузки нет.',
    'Мұндай жүктеме жоқ.',
    'There is no upload of this id for this account.',
  ),
} as const satisfies Readonly<Record<string, ProblemText>>;

const REPORT_PROBLEMS = {
  report_not_found: problem(
    404,
    'Report not found',
    'Такой жалобы нет.',
    'Мұндай шағым жоқ.',
    'There is no report of this id.',
  ),
  report_decided: problem(
    409,
    'Report was decided',
    'По этой жалобе уже решили. Обновите список.',
    'Бұл шағым бойынша шешім қабылданған. Тізімді жаңартыңыз.',
    'This report has been decided. Reload the list.',
  ),
  report_without_link: problem(
    422,
    'Report names no link of ours',
    'В жалобе нет нашей ссылки, снимать нечего. Отклоните её.',
    'Шағымда біздің сілтеме жоқ, алынатын ештеңе жоқ. Оны қабылдамаңыз.',
    'The report names no link of ours: there is nothing to take down. Dismiss it.',
  ),
} as const satisfies Readonly<Record<string, ProblemText>>;

/** What stands between a person and a link: its name, its place, a table of many, a report. */
export const LINK_PROBLEMS = {
  ...NAME_PROBLEMS,
  ...PLACE_PROBLEMS,
  ...TABLE_PROBLEMS,
  ...REPORT_PROBLEMS,
} as const;
