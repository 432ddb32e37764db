/** Everything people are told by Parlance itself, by name. `{}` stands for a number or a text. */
export const PHRASES = {
  voice_off: 'voice messages are not taken',
  unsupported: 'a kind of message that is not taken',
  too_large: 'the recording has too many bytes; `{}`: megabytes that are taken',
  too_long: 'the recording is too long; `{}`: seconds that are taken',
  no_file: 'the recording is not there any more',
  download_failed: 'the recording could not be fetched',
  unreadable: 'the recording is empty, damaged, or of a kind that cannot be decoded',
  not_recognised: 'there is no speech in the recording',
  too_many: 'too many messages in a short time',
  error: 'anything else went wrong',
  heard: 'what was heard, before the answer; `{}`: the text',
} as const;

export type PhraseName = keyof typeof PHRASES;
export type Phrases = Readonly<Record<PhraseName, string>>;

const en: Phrases = {
  voice_off: 'I do not take voice messages here. Please write to me.',
  unsupported: 'I cannot read this kind of message. Please send text or a voice message.',
  too_large: 'This recording is too large: I take up to {} MB.',
  too_long: 'This recording is too long: I take up to {} seconds.',
  no_file: 'I cannot find this recording any more. Please send it again.',
  download_failed: 'I could not fetch this recording. Please send it again.',
  unreadable: 'I cannot play this recording. Please record it anew, or write to me.',
  not_recognised: 'I could not hear any words in this recording. Please try again.',
  too_many: 'That was a bit fast for me. Please wait a minute and send it again.',
  error: 'Something went wrong. Please try again in a moment.',
  heard: '🎤 {}',
};

const ru: Phrases = {
  voice_off: 'Здесь я не принимаю голосовые сообщения. Пожалуйста, напишите мне.',
  unsupported: 'Такие сообщения я не понимаю. Пришлите текст или голосовое сообщение.',
  too_large: 'Запись слишком большая: я принимаю до {} МБ.',
  too_long: 'Запись слишком длинная: я принимаю до {} секунд.',
  no_file: 'Этой записи уже нет. Пришлите её ещё раз, пожалуйста.',
  download_failed: 'Не получилось загрузить запись. Пришлите её ещё раз, пожалуйста.',
  unreadable: 'Эта запись не воспроизводится. Запишите её заново или напишите мне, пожалуйста.',
  not_recognised: 'Я не расслышал слов в этой записи. Попробуйте ещё раз, пожалуйста.',
  too_many: 'Слишком много сообщений сразу. Подождите минуту и пришлите ещё раз.',
  error: 'Что-то пошло не так. Попробуйте ещё раз чуть позже.',
  heard: '🎤 {}',
};

export const SHIPPED: Readonly<Record<string, Phrases>> = { en, ru };
