import { report } from './doctor.js';

describe('report', () => {
  it('lists every finding, and what to do about those that are not well', () => {
    const text = report([
      { subject: 'node', state: 'ok', detail: 'v24', remedy: 'not shown' },
      { subject: 'ffmpeg', state: 'missing', detail: 'no aac', remedy: 'Install ffmpeg.' },
      { subject: 'weights', state: 'broken', detail: 'changed', remedy: 'Install again.' },
    ]);
    expect(text.split('\n')).toEqual([
      'ok      node     v24',
      'missing ffmpeg   no aac',
      '                 -> Install ffmpeg.',
      'broken  weights  changed',
      '                 -> Install again.',
      '',
      '1 broken: see the arrows above.',
      '',
    ]);
  });
});
