import { eventually } from '@parlance/testing';
import { CatchUp } from './catch-up.js';

describe('CatchUp', () => {
  function create() {
    const state = { away: true, tried: [] as string[], done: [] as string[] };
    const task = (name: string) => async () => {
      state.tried.push(name);
      if (state.away) throw new Error('away');
      state.done.push(name);
    };
    return { catchUp: new CatchUp(1), state, task };
  }

  it('tries the first again and again, and goes on in order once it succeeds', async () => {
    const { catchUp, state, task } = create();
    for (const name of ['one', 'two', 'three']) catchUp.add(task(name));
    await eventually(async () => state.tried.length > 3, 'It was not tried again.');
    expect(new Set(state.tried)).toEqual(new Set(['one']));
    state.away = false;
    await eventually(async () => state.done.length === 3, 'It did not catch up.');
    expect(state.done).toEqual(['one', 'two', 'three']);
    catchUp.add(task('four'));
    await eventually(async () => state.done.length === 4, 'It did not go on.');
  });

  it('catches up when it is asked to, and says nothing of what it cannot do', async () => {
    const { catchUp, state, task } = create();
    await catchUp.now();
    catchUp.add(task('one'));
    await catchUp.now();
    expect(state.done).toEqual([]);
    state.away = false;
    await Promise.all([catchUp.now(), catchUp.now()]);
    expect(state.done).toContain('one');
    const before = state.tried.length;
    await catchUp.now();
    expect(state.tried).toHaveLength(before);
  });

  it('tries for the last time when it is closed', async () => {
    const { catchUp, state, task } = create();
    catchUp.add(task('one'));
    await eventually(async () => state.tried.length > 0, 'It was not tried.');
    state.away = false;
    await catchUp.close();
    expect(state.done).toContain('one');
  });
});
