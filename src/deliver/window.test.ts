import { describe, expect, it } from "vitest";
import { alertOf, eventOf } from "#ports/contract";
import type { QueuedAlert } from "#ports";
import { Window } from "./window.ts";

const queued = (seq: number, lane: string, more: Partial<QueuedAlert> = {}): QueuedAlert => ({
  seq,
  alert: alertOf(eventOf(`e${seq}`, lane, seq), "a"),
  lane,
  attempts: 0,
  dueAt: 0,
  ...more,
});

const bounds = { window: 8, laneWindow: 3, waitingLanes: 2 };

/** Takes everything that may be sent, one after another, as if each were taken at once. */
function drain(window: Window, now = 0): number[] {
  const seqs: number[] = [];
  for (let alert = window.take(now); alert; alert = window.take(now)) {
    seqs.push(alert.seq);
    window.finished(alert, now);
  }
  return seqs;
}

describe("the window of a target", () => {
  it("[DL2] gives the next of a lane only when the one before is finished", () => {
    const window = new Window(bounds);
    for (const alert of [queued(1, "bus"), queued(2, "bus"), queued(3, "tram")]) window.offer(alert, 0);
    const first = window.take(0)!;
    expect([first.seq, window.take(0)?.seq, window.take(0)]).toEqual([1, 3, undefined]);
    window.finished(first, 0);
    expect(window.take(0)?.seq).toBe(2);
  });

  it("[DL10] passes over what a lane has too many of, and asks for it when the lane is empty", () => {
    const window = new Window(bounds);
    for (let seq = 1; seq <= 6; seq++) window.offer(queued(seq, "bus"), 0);
    expect(window.held).toBe(3);
    expect(window.room).toBe(5);
    expect(drain(window)).toEqual([1, 2, 3]);
    const [lane] = window.takeToFill();
    expect(lane).toMatchObject({ lane: "bus", after: 3, limit: 3 });
    window.offer(queued(7, "bus"), 0);
    window.filled(lane!, [queued(4, "bus"), queued(5, "bus"), queued(6, "bus")], 0);
    expect(drain(window)).toEqual([4, 5, 6]);
    const [again] = window.takeToFill();
    window.filled(again!, [queued(7, "bus")], 0);
    expect(drain(window)).toEqual([7]);
    expect(window.takeToFill()).toEqual([]);
  });

  it("[DL10] asks again for what was offered while the store was being asked", () => {
    const window = new Window(bounds);
    for (let seq = 1; seq <= 4; seq++) window.offer(queued(seq, "bus"), 0);
    drain(window);
    const [lane] = window.takeToFill();
    window.offer(queued(5, "bus"), 0);
    window.filled(lane!, [queued(4, "bus")], 0);
    expect(drain(window)).toEqual([4]);
    expect(window.takeToFill()).toMatchObject([{ after: 4 }]);
  });

  it("[DL10] keeps only the first of a lane that waits, and stops reading when too many lanes do", () => {
    const window = new Window(bounds);
    for (const [seq, lane] of ["bus", "bus", "tram", "ship"].entries())
      window.offer(queued(seq + 1, lane), 0);
    window.retry({ ...window.take(0)!, attempts: 1, lastAt: 0, dueAt: 50 }, 0);
    expect(window.held).toBe(3);
    expect(window.room).toBe(6);
    window.retry({ ...window.take(0)!, attempts: 1, lastAt: 0, dueAt: 40 }, 0);
    expect(window.room).toBe(0);
    expect(drain(window)).toEqual([4]);
    expect(window.nextDue()).toBe(40);
    expect(drain(window, 39)).toEqual([]);
    expect(drain(window, 50)).toEqual([3, 1]);
    expect(window.takeToFill()).toMatchObject([{ lane: "bus", after: 1 }]);
  });

  it("[DL7] forgives what failed before: in memory, and what is read later", () => {
    const window = new Window(bounds);
    window.offer(queued(1, "bus", { dueAt: 1_000, lastAt: 5 }), 10);
    expect(drain(window, 10)).toEqual([]);
    window.forgive(10);
    window.offer(queued(2, "tram", { dueAt: 1_000, lastAt: 6 }), 11);
    window.offer(queued(3, "ship", { dueAt: 1_000, lastAt: 11 }), 11);
    expect(drain(window, 11)).toEqual([1, 2]);
  });

  it("[DL12] does not take again what is finished and not recorded", () => {
    const window = new Window(bounds);
    window.offer(queued(1, "bus"), 0);
    expect(drain(window)).toEqual([1]);
    window.reset(true);
    window.offer(queued(1, "bus"), 0);
    expect(drain(window)).toEqual([]);
    // It may have been queued anew between its record and the answer to that.
    expect(window.recorded(1)).toBe(true);
    window.offer(queued(1, "bus"), 0);
    expect(drain(window)).toEqual([1]);
    expect(window.recorded(1)).toBe(false);
  });

  it("[DL11] reads everything anew after a reset, but what is under way, and in order", () => {
    const window = new Window(bounds);
    for (const [seq, lane] of ["bus", "bus", "tram"].entries()) window.offer(queued(seq + 5, lane), 0);
    const busy = window.take(0)!;
    window.reset(true);
    expect(window.held).toBe(1);
    for (const [seq, lane] of [
      [1, "bus"],
      [2, "tram"],
      [5, "bus"],
      [6, "bus"],
      [7, "tram"],
    ] as const) {
      window.offer(queued(seq, lane), 0);
    }
    expect(drain(window)).toEqual([2, 7]);
    window.finished(busy, 0);
    const [lane] = window.takeToFill();
    expect(lane).toMatchObject({ lane: "bus", after: 0 });
    window.filled(lane!, [queued(1, "bus"), queued(5, "bus"), queued(6, "bus")], 0);
    expect(drain(window)).toEqual([1, 6]);
  });

  it("[DL11] throws away what was asked for before a reset", () => {
    const window = new Window(bounds);
    for (let seq = 5; seq <= 8; seq++) window.offer(queued(seq, "bus"), 0);
    drain(window);
    const [lane] = window.takeToFill();
    window.reset(true);
    window.offer(queued(1, "bus"), 0);
    window.filled(lane!, [queued(8, "bus")], 0);
    expect(drain(window)).toEqual([]);
    expect(window.takeToFill()).toMatchObject([{ lane: "bus", after: 0 }]);
  });

  it("[DL6] gives up from the front of the lanes that are not busy", () => {
    const window = new Window(bounds);
    for (const [seq, lane] of ["bus", "bus", "tram", "tram", "ship"].entries()) {
      window.offer(queued(seq + 1, lane), 0);
    }
    window.take(0);
    expect(window.takeExpired(({ seq }) => seq !== 4, 0).map(({ seq }) => seq)).toEqual([3, 5]);
    expect(window.held).toBe(3);
    expect(drain(window)).toEqual([4]);
  });
});
