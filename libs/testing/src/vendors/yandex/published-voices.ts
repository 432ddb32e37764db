/** The list of voices as it is published: language, voice, roles, versions of the API. */
const TABLE = `
de-DE lea - v1,v3
en-US john - v1,v3
he-IL naomi modern,classic v3
kk-KZ amira - v1,v3
kk-KZ madi - v1,v3
kk-KZ saule neutral,strict v3
kk-KZ zhanar neutral,friendly v3
ru-RU alena neutral,good v1,v3
ru-RU filipp - v1,v3
ru-RU ermil neutral,good v1,v3
ru-RU jane neutral,good,evil v1,v3
ru-RU omazh neutral,evil v1,v3
ru-RU zahar neutral,good v1,v3
ru-RU dasha neutral,good,friendly v3
ru-RU julia neutral,strict v3
ru-RU lera neutral,friendly v3
ru-RU masha good,strict,friendly v3
ru-RU marina neutral,whisper,friendly v1,v3
ru-RU alexander neutral,good v3
ru-RU kirill neutral,strict,good v3
ru-RU anton neutral,good v3
ru-RU madi_ru - v1,v3
ru-RU saule_ru neutral,strict,whisper v3
ru-RU zamira_ru neutral,strict,friendly v3
ru-RU zhanar_ru neutral,strict,friendly v3
ru-RU yulduz_ru neutral,strict,friendly,whisper v3
uz-UZ nigora - v1,v3
uz-UZ zamira neutral,strict,friendly v3
uz-UZ yulduz neutral,strict,friendly,whisper v3
`;

export interface PublishedVoice {
  language: string;
  voice: string;
  roles: readonly string[];
  versions: readonly string[];
}

export const PUBLISHED_VOICES: readonly PublishedVoice[] = TABLE.trim()
  .split('\n')
  .map((line) => {
    const [language = '', voice = '', roles = '', versions = ''] = line.split(' ');
    return { language, voice, roles: roles === '-' ? [] : roles.split(','), versions: versions.split(',') };
  });
