import type { Text } from '../../domain/conversions/reasons';

export type MailText = { readonly subject: Text; readonly body: Text };

const GREETING_END: Text = {
  ru: 'Gamma. На это письмо отвечать не нужно.',
  kk: 'Gamma. Бұл хатқа жауап берудің қажеті жоқ.',
  en: 'Gamma. There is no need to answer this message.',
};

const mail = (subject: Text, body: Text): MailText => ({
  subject,
  body: {
    ru: `${body.ru}\n\n${GREETING_END.ru}`,
    kk: `${body.kk}\n\n${GREETING_END.kk}`,
    en: `${body.en}\n\n${GREETING_END.en}`,
  },
});

/** What an invitation says depends on who reads the mailbox, and only its reader learns which. */
export const INVITATION_TEXTS = {
  invited: mail(
    {
      ru: '{organisation} приглашает вас в Gamma',
      kk: '{organisation} сізді Gamma-ға шақырады',
      en: '{organisation} invites you to Gamma',
    },
    {
      ru: 'Откройте ссылку, придумайте пароль и подключите вход по коду:\n{link}\n\nСсылка одноразовая и действует до {until}.{opens} Не пересылайте её. Если вы не ждали приглашения, ничего не делайте.',
      kk: 'Сілтемені ашып, құпиясөз ойлап табыңыз және код арқылы кіруді қосыңыз:\n{link}\n\nСілтеме бір рет қана жарайды, мерзімі {until} дейін.{opens} Оны ешкімге жібермеңіз. Шақыру күтпеген болсаңыз, ештеңе істемеңіз.',
      en: 'Open the link, choose a password and set up sign-in by code:\n{link}\n\nThe link works once and until {until}.{opens} Do not pass it on. If you expected no invitation, do nothing.',
    },
  ),
  member: mail(
    {
      ru: 'У вас уже есть доступ к «{organisation}»',
      kk: 'Сізде «{organisation}» қолжетімділігі бар',
      en: 'You already have access to {organisation}',
    },
    {
      ru: 'Вас пригласили в «{organisation}» ещё раз, но кабинет у вас уже есть, и в нём ничего не изменилось. Войти:\n{signIn}\n\nНе получается войти? Откройте:\n{recovery}',
      kk: 'Сізді «{organisation}» ұйымына тағы шақырды, бірақ кабинетіңіз бар, онда ештеңе өзгерген жоқ. Кіру:\n{signIn}\n\nКіре алмай жатсаңыз, мынаны ашыңыз:\n{recovery}',
      en: 'You were invited to {organisation} again, but you have an account there, and nothing of it has changed. Sign in:\n{signIn}\n\nCannot get in? Open:\n{recovery}',
    },
  ),
  elsewhere: mail(
    {
      ru: 'Приглашение от «{organisation}»: нужна другая почта',
      kk: '«{organisation}» шақыруы: басқа пошта керек',
      en: 'Invitation from {organisation}: another address is needed',
    },
    {
      ru: 'Вас пригласили в «{organisation}», но с этой почтой уже есть кабинет в Gamma, а у одного кабинета одна организация. Попросите пригласить вас на другой адрес. Отправителю приглашения мы об этом не сообщили.',
      kk: 'Сізді «{organisation}» ұйымына шақырды, бірақ бұл поштамен Gamma-да кабинет бар, ал бір кабинет бір ұйымға тиесілі. Басқа мекенжайға шақыруды сұраңыз. Шақырған адамға бұл туралы айтқан жоқпыз.',
      en: 'You were invited to {organisation}, but this address already has an account at Gamma, and an account belongs to one organisation. Ask to be invited at another address. We have not told this to whoever invited you.',
    },
  ),
  shutOut: mail(
    {
      ru: 'Вам снова открывают доступ к «{organisation}»',
      kk: 'Сізге «{organisation}» қолжетімділігі қайта ашылады',
      en: '{organisation} opens your access again',
    },
    {
      ru: 'Откройте ссылку и войдите со своим прежним паролем и кодом:\n{link}\n\nСсылка одноразовая и действует до {until}.{opens} Если пароль или телефон потерян, сначала восстановите вход:\n{recovery}',
      kk: 'Сілтемені ашып, бұрынғы құпиясөзіңізбен және кодпен кіріңіз:\n{link}\n\nСілтеме бір рет қана жарайды, мерзімі {until} дейін.{opens} Құпиясөз не телефон жоғалса, алдымен кіруді қалпына келтіріңіз:\n{recovery}',
      en: 'Open the link and sign in with the password and code you had:\n{link}\n\nThe link works once and until {until}.{opens} If the password or the phone is lost, win your account back first:\n{recovery}',
    },
  ),
} as const;

/** Ends a sentence of INVITATION_TEXTS where the link does not work at once. */
export const OPENS_AT: Text = {
  ru: ' Заработает она {opensAt}: до этого владельцы могут её отозвать.',
  kk: ' Ол {opensAt} бастап жұмыс істейді: оған дейін иелері кері ала алады.',
  en: ' It begins to work on {opensAt}: until then the owners can revoke it.',
};

export const NOTICE_TEXTS = {
  owner_invited: mail(
    {
      ru: 'Gamma приглашает ещё одного владельца «{organisation}»',
      kk: 'Gamma «{organisation}» үшін тағы бір иені шақырады',
      en: 'Gamma invites another owner of {organisation}',
    },
    {
      ru: 'Сотрудник Gamma пригласил ещё одного владельца вашего бренда. Ссылка заработает {opensAt}. Если вы этого не просили, отзовите приглашение до этого времени:\n{team}',
      kk: 'Gamma қызметкері брендіңізге тағы бір иені шақырды. Сілтеме {opensAt} бастап жұмыс істейді. Мұны сұрамаған болсаңыз, шақыруды оған дейін кері алыңыз:\n{team}',
      en: 'Somebody at Gamma has invited another owner of your brand. The link begins to work on {opensAt}. If you did not ask for it, revoke the invitation before:\n{team}',
    },
  ),
  recovery: mail(
    {
      ru: 'Восстановление входа в Gamma',
      kk: 'Gamma-ға кіруді қалпына келтіру',
      en: 'Win back your Gamma account',
    },
    {
      ru: 'Кто-то, возможно вы, просит восстановить вход. Откройте ссылку, чтобы задать новый пароль и вход по коду:\n{link}\n\nСсылка одноразовая и действует один час. Новый вход заработает только после согласия второго человека. Если это были не вы, ничего не делайте: всё остаётся как было.',
      kk: 'Біреу, мүмкін өзіңіз, кіруді қалпына келтіруді сұрады. Жаңа құпиясөз бен код арқылы кіруді орнату үшін сілтемені ашыңыз:\n{link}\n\nСілтеме бір рет қана жарайды, бір сағат жұмыс істейді. Жаңа кіру екінші адам келіскеннен кейін ғана күшіне енеді. Бұл сіз болмасаңыз, ештеңе істемеңіз: бәрі бұрынғыдай қалады.',
      en: 'Somebody, perhaps you, asks to win this account back. Open the link to set a new password and sign-in by code:\n{link}\n\nThe link works once and for one hour. The new sign-in works only after a second person has agreed. If it was not you, do nothing: all stays as it is.',
    },
  ),
  recovery_proved: mail(
    {
      ru: 'Новый пароль и код для Gamma ждут подтверждения',
      kk: 'Gamma үшін жаңа құпиясөз бен код растауды күтуде',
      en: 'A new password and code for Gamma wait for approval',
    },
    {
      ru: 'По ссылке из вашей почты заданы новый пароль и вход по коду. Пока действуют прежние. Теперь нужно согласие второго человека.\n\nЭто были не вы? Остановите:\n{stop}',
      kk: 'Поштаңыздағы сілтеме арқылы жаңа құпиясөз бен код орнатылды. Әзірше бұрынғысы жұмыс істейді. Енді екінші адамның келісімі керек.\n\nБұл сіз емес пе? Тоқтатыңыз:\n{stop}',
      en: 'A new password and sign-in by code were set through the link in your mailbox. For now the old ones still work. A second person has to agree.\n\nThat was not you? Stop it:\n{stop}',
    },
  ),
  recovery_to_approve: mail(
    {
      ru: '{name}: восстановление входа ждёт согласия',
      kk: '{name}: кіруді қалпына келтіру келісімді күтуде',
      en: '{name}: an account waits to be won back',
    },
    {
      ru: '{name} просит восстановить вход. Сначала спросите этого человека лично или по телефону, потом согласитесь или остановите:\n{desk}',
      kk: '{name} кіруді қалпына келтіруді сұрайды. Алдымен сол адамның өзінен жүзбе-жүз немесе телефонмен сұраңыз, содан кейін келісіңіз не тоқтатыңыз:\n{desk}',
      en: '{name} asks to win the account back. First ask that person face to face or by phone, then agree or stop it:\n{desk}',
    },
  ),
  recovery_approved: mail(
    {
      ru: 'Новый вход в Gamma заработает {effectiveAt}',
      kk: 'Gamma-ға жаңа кіру {effectiveAt} бастап жұмыс істейді',
      en: 'The new sign-in to Gamma works from {effectiveAt}',
    },
    {
      ru: 'Второй человек согласился. Новый пароль и код заработают {effectiveAt}, прежние перестанут действовать, все входы завершатся.\n\nЭто были не вы? Остановите:\n{stop}',
      kk: 'Екінші адам келісті. Жаңа құпиясөз бен код {effectiveAt} бастап жұмыс істейді, бұрынғысы тоқтайды, барлық кірулер аяқталады.\n\nБұл сіз емес пе? Тоқтатыңыз:\n{stop}',
      en: 'A second person has agreed. The new password and code work from {effectiveAt}; the old ones stop then and all sessions end.\n\nThat was not you? Stop it:\n{stop}',
    },
  ),
  recovery_to_watch: mail(
    {
      ru: '{name}: новый вход заработает {effectiveAt}',
      kk: '{name}: жаңа кіру {effectiveAt} бастап жұмыс істейді',
      en: '{name}: the new sign-in works from {effectiveAt}',
    },
    {
      ru: 'Восстановление входа для {name} подтверждено и вступит в силу {effectiveAt}. До этого его можно остановить:\n{desk}',
      kk: '{name} кіруін қалпына келтіру расталды, {effectiveAt} күшіне енеді. Оған дейін тоқтатуға болады:\n{desk}',
      en: 'Winning back the account of {name} was approved and takes effect on {effectiveAt}. Until then it can be stopped:\n{desk}',
    },
  ),
  recovery_done: mail(
    {
      ru: 'Вход в Gamma восстановлен',
      kk: 'Gamma-ға кіру қалпына келтірілді',
      en: 'Your Gamma account is won back',
    },
    {
      ru: 'Новый пароль и код действуют, прежние нет. Войти:\n{signIn}',
      kk: 'Жаңа құпиясөз бен код жұмыс істейді, бұрынғысы жарамайды. Кіру:\n{signIn}',
      en: 'The new password and code work, the old ones do not. Sign in:\n{signIn}',
    },
  ),
  recovery_stopped: mail(
    {
      ru: 'Восстановление входа в Gamma остановлено',
      kk: 'Gamma-ға кіруді қалпына келтіру тоқтатылды',
      en: 'Winning back your Gamma account was stopped',
    },
    {
      ru: 'Прежние пароль и код остались в силе. Если вход всё ещё не получается, начните заново:\n{recovery}',
      kk: 'Бұрынғы құпиясөз бен код күшінде қалды. Әлі кіре алмасаңыз, қайта бастаңыз:\n{recovery}',
      en: 'The old password and code still work. If you still cannot get in, begin anew:\n{recovery}',
    },
  ),
} as const;
