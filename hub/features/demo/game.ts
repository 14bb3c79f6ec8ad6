/** How a person plays Simon, as numbers: how long a round takes, when they err. Chance comes from the caller. */
import { SCORE_MAX } from '../../contract/limits.ts';

/** From 0 up to, not including, 1. */
export type Random = () => number;

/** Seed 0's firmware: 400 ms of pause, then 400 ms on and 100 ms off for each step (S0-19). */
const PAUSE_MS = 400;
const STEP_MS = 500;
/** A person takes this long for each press. */
const PRESS_MIN_MS = 350;
const PRESS_SPREAD_MS = 500;
const REST_MIN_MS = 3000;
const REST_SPREAD_MS = 12_000;
/** Nobody is safe from the first round on, and each step more makes the next error likelier. */
const ERROR_CHANCE = 0.015;
const ERROR_CHANCE_PER_STEP = 0.011;

/** The device shows `round` steps, the player repeats them. */
export function roundMs(round: number, random: Random): number {
  return PAUSE_MS + round * (STEP_MS + PRESS_MIN_MS + random() * PRESS_SPREAD_MS);
}

/** `skill` from 0 to 1: the best err a third as often as the worst. */
export function isRoundWon(round: number, skill: number, random: Random): boolean {
  return random() >= (ERROR_CHANCE + round * ERROR_CHANCE_PER_STEP) * (1.5 - skill);
}

/** Until somebody presses a button again after the end of a game. */
export const restMs = (random: Random): number => REST_MIN_MS + random() * REST_SPREAD_MS;

/** What the firmware publishes at the end: the rounds that were won (S0-20, S0-21). */
export const scoreAfter = (round: number, isWon: boolean): number => (isWon ? Math.min(round, SCORE_MAX) : round - 1);
