import { Schedule } from './schedule.js';

describe('pieces of audio that come while they are played', () => {
  it('begin where the one before ends, after a little lead', () => {
    const schedule = new Schedule();
    const first = schedule.place(10, 0.5);
    expect(first).toBeGreaterThan(10);
    expect(schedule.place(10.1, 0.25)).toBeCloseTo(first + 0.5);
    expect(schedule.place(10.2, 1)).toBeCloseTo(first + 0.75);
    expect(schedule.seconds).toBeCloseTo(1.75);
  });

  it('begin at once, and never in the past, when they come too late', () => {
    const schedule = new Schedule();
    schedule.place(0, 0.5);
    expect(schedule.place(9, 1)).toBeGreaterThanOrEqual(9);
  });

  it('are told apart by what is heard at a time', () => {
    const schedule = new Schedule();
    expect(schedule.position(5)).toBe(0);
    const first = schedule.place(0, 1);
    expect(schedule.position(0)).toBe(0);
    expect(schedule.position(first + 0.5)).toBeCloseTo(0.5);
    const late = schedule.place(7, 1);
    // Nothing is heard in the gap.
    expect(schedule.position(5)).toBeCloseTo(1);
    expect(schedule.position(late + 0.25)).toBeCloseTo(1.25);
    expect(schedule.position(100)).toBeCloseTo(2);
  });

  it('are over when the last has been heard', () => {
    const schedule = new Schedule();
    expect(schedule.isOver(0)).toBe(true);
    const start = schedule.place(0, 1);
    expect(schedule.isOver(start + 0.9)).toBe(false);
    expect(schedule.isOver(start + 1)).toBe(true);
  });
});
