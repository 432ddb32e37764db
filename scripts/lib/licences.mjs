/** Licences that ask for no more than a notice, or for the source of the package itself. */
const ALLOWED = [
  /^MIT(?:-0)?$/,
  /^ISC$/,
  /^BSD-[23]-Clause$/,
  /^0BSD$/,
  /^Apache-2\.0$/,
  /^BlueOak-1\.0\.0$/,
  /^CC0-1\.0$/,
  /^CC-BY-[34]\.0$/,
  /^Unlicense$/,
  /^Python-2\.0$/,
  /^Zlib$/,
  /^WTFPL$/,
  /^LGPL-(?:2\.0|2\.1|3\.0)(?:-only|-or-later|\+)?$/,
  /^MPL-(?:1\.1|2\.0)$/,
];

/** Whether an SPDX expression leaves a way that is allowed: any side of OR, every side of AND. */
export function isAllowed(expression) {
  if (typeof expression !== 'string') return false;
  const flat = expression.replaceAll(/[()]/g, ' ').trim();
  return flat
    .split(/\s+OR\s+/)
    .some((choice) => choice.split(/\s+AND\s+/).every((licence) => ALLOWED.some((allowed) => allowed.test(licence.trim()))));
}

/** The licence a text is, for packages that declare none. */
export function licenceOfText(text) {
  const flat = text.replaceAll(/\s+/g, ' ');
  if (/AFFERO GENERAL PUBLIC/i.test(flat)) return 'AGPL';
  if (/LESSER GENERAL PUBLIC/i.test(flat)) return 'LGPL-2.1';
  if (/GNU GENERAL PUBLIC/i.test(flat)) return 'GPL';
  if (/Apache License,? Version 2\.0/i.test(flat)) return 'Apache-2.0';
  if (/Mozilla Public License,? (?:v\. |Version )2\.0/i.test(flat)) return 'MPL-2.0';
  if (/Permission is hereby granted, free of charge/i.test(flat)) return 'MIT';
  if (/Redistribution and use in source and binary forms/i.test(flat)) return 'BSD-3-Clause';
  if (/Permission to use, copy, modify, and(?:\/or)? distribute/i.test(flat)) return 'ISC';
  return undefined;
}
