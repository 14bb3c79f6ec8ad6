/** Every screen of the app and how to get there without a word of any language. */
import type { Page } from 'playwright-core';
import { OWNER } from '../helpers/api-client.ts';
import { until } from '../helpers/until.ts';
import { visit } from '../helpers/web-app.ts';
import { FREE, PLAYING, SILENT } from './furnished.ts';

export interface Screen {
  readonly name: string;
  readonly path: string;
  /** What to press once there. */
  readonly act?: (page: Page, width: number) => Promise<unknown>;
  /** What must be on it before it is looked at. */
  readonly has: string;
  /** Errors the browser writes to its console for an answer the screen is about. */
  readonly problems?: RegExp;
}

const NOT_FOUND = /404 \(Not Found\)/;
const PHONE_MAX = 700;
const press = (selector: string) => (page: Page) => page.locator(selector).first().click();

export const SIGNED_OUT: readonly Screen[] = [
  { name: 'sign in', path: '/login', has: '.entry form' },
  { name: 'register with an invitation', path: '/register?invite=abc', has: 'input[name="invite"]' },
  {
    name: 'sign in refused',
    path: '/login',
    async act(page) {
      await page.locator('input[name="username"]').fill('nobody');
      await page.locator('input[name="password"]').fill('wrong password');
      await page.keyboard.press('Enter');
    },
    has: '[role="alert"] .err',
    problems: /401 \(Unauthorized\)/,
  },
];

export const EMPTY: readonly Screen[] = [
  { name: 'setup: connect', path: '/setup?step=connect', has: '.copy-code' },
  { name: 'setup: arrive', path: '/setup?step=arrive', has: '.arrive' },
  { name: 'setup: done', path: '/setup?step=done', has: '.choices' },
  { name: 'overview without devices', path: '/', has: '.begin' },
  { name: 'devices without any', path: '/devices', has: '.empty' },
  { name: 'explorer without topics', path: '/explorer', has: '.tree-pane .empty' },
  { name: 'events without any', path: '/events', has: '.feed .empty' },
  { name: 'alert rules without any', path: '/events/rules', has: '.card .empty' },
  { name: 'pair without any', path: '/pair', has: '.choose' },
  { name: 'scores without any', path: '/scores', has: '.empty' },
  { name: 'forwarding to nobody', path: '/forwarding', has: '.empty' },
  { name: 'refusals without any', path: '/access/refusals', has: '.empty' },
];

export const FURNISHED: readonly Screen[] = [
  { name: 'overview', path: '/', has: '.pulses li' },
  { name: 'a board', path: '/', act: press('.boards a:nth-child(2)'), has: '.control .sw' },
  {
    name: 'a board being arranged',
    path: '/',
    async act(page) {
      await page.locator('.boards a:nth-child(2)').click();
      await page.locator('.control .sw').waitFor();
      await page.keyboard.press('e');
    },
    has: '.edit-tools button',
  },
  {
    name: 'choosing a widget',
    path: '/',
    async act(page) {
      await page.keyboard.press('e');
      await page.locator('.top .btn').first().click();
    },
    has: 'dialog[open] .kinds',
  },
  {
    name: 'a widget being filled in',
    path: '/',
    async act(page) {
      await page.keyboard.press('e');
      await page.locator('.top .btn').first().click();
      await page.locator('.kinds button').nth(1).click();
      await page.locator('.known .chip').first().click();
    },
    has: 'dialog[open] .preview .card',
  },
  { name: 'a board nobody knows', path: '/boards/nobody', has: '.empty' },
  { name: 'devices', path: '/devices', has: '.new-devices li' },
  { name: 'devices without a match', path: '/devices?q=nothing', has: '.empty' },
  { name: 'the menu of a device', path: '/devices', act: press('.c-menu button'), has: '.menu:popover-open' },
  { name: 'a device', path: `/devices/${PLAYING}`, has: '.vals .tile' },
  { name: 'a device being renamed', path: `/devices/${PLAYING}?rename=1`, has: '.rename input' },
  { name: 'a device that does not answer', path: `/devices/${SILENT}`, has: '.steps + [role="status"] .err' },
  {
    name: 'the chart of a device',
    path: `/devices/${PLAYING}?range=live&metrics=temperature,heap,rssi`,
    has: '.u-over',
  },
  {
    name: 'the chart of a device as a table',
    path: `/devices/${PLAYING}`,
    act: press('.hist-tools > button'),
    has: '.hist table',
  },
  {
    name: 'a time of one’s own',
    path: `/devices/${PLAYING}`,
    act: press('.ranges .seg > :last-child'),
    has: 'dialog[open] input[type="datetime-local"]',
  },
  {
    name: 'the lines of a chart',
    path: `/devices/${PLAYING}`,
    act: press('.card:has(.hist) > header > button'),
    has: '.menu:popover-open',
  },
  {
    name: 'the files of a history',
    path: `/devices/${PLAYING}`,
    async act(page) {
      await page.locator('.hist-tools > button >> nth=1').click();
      await page.locator('.menu:popover-open .menu-item').first().click();
    },
    has: 'dialog[open] .check',
  },
  { name: 'the tags of a device', path: `/devices/${PLAYING}`, act: press('.chips button'), has: 'dialog[open] input' },
  { name: 'the controls of a device', path: `/devices/${PLAYING}/controls`, has: '.controls .sw' },
  {
    name: 'a new widget',
    path: `/devices/${PLAYING}/controls`,
    act: press('.card header .end .btn'),
    has: 'dialog[open] select',
  },
  { name: 'the alerts of a device', path: `/devices/${PLAYING}/alerts`, has: '.alerts li' },
  {
    name: 'a new rule',
    path: `/devices/${PLAYING}/alerts`,
    act: press('.card header .end .btn'),
    has: 'dialog[open] input[list]',
  },
  { name: 'the messages of a device', path: `/devices/${PLAYING}/messages`, has: '.heard-line' },
  { name: 'the diagnostics of a device', path: `/devices/${PLAYING}/diagnostics`, has: '.kv-row' },
  { name: 'the access of a device', path: `/devices/${PLAYING}/access`, has: '.refused li' },
  {
    name: 'a token shown once',
    path: `/devices/${FREE}/access`,
    async act(page) {
      // a token made by the other language or width is rotated, which asks first
      await page.locator('.card:has(.card) button, .stack .card .foot button').first().click();
      const sure = page.locator('.sure .danger');
      await until(async () => (await sure.count()) + (await page.locator('.secrets').count()) > 0);
      if ((await sure.count()) > 0) await sure.click();
    },
    has: '.secrets .qr, .secrets svg',
  },
  {
    name: 'a question in place',
    path: `/devices/${FREE}/access`,
    act: press('.stack .card .foot button'),
    has: '.sure',
  },
  { name: 'a device nobody knows', path: '/devices/nobody', has: '.empty', problems: NOT_FOUND },
  { name: 'explorer', path: '/explorer', has: '.tr' },
  { name: 'explorer without a match', path: '/explorer?q=nothing-like-that', has: '.tree-pane .empty' },
  { name: 'a topic', path: `/explorer/ruche%2F${PLAYING}%2Ftelemetry`, has: '.value-body .json-line' },
  { name: 'a topic nobody publishes', path: '/explorer/nobody', has: '.topic-value .empty' },
  { name: 'publishing', path: '/explorer', act: press('.explorer .top .btn'), has: 'dialog[open] textarea' },
  {
    name: 'deleting what is retained',
    path: '/explorer?q=%23',
    async act(page) {
      await page.locator('.explorer .top .btn.icon').click();
      await page.locator('.explorer .menu-item').first().click();
    },
    has: 'dialog[open] .danger',
  },
  {
    name: 'the trash',
    path: '/explorer',
    async act(page) {
      await page.locator('.explorer .top .btn.icon').click();
      await page.locator('.explorer .menu-item').nth(1).click();
    },
    has: 'dialog[open] .sub',
  },
  { name: 'events', path: '/events', has: '.standing li' },
  { name: 'an event', path: '/events', act: press('.event button[aria-expanded]'), has: '.details .code' },
  { name: 'what to do about an alert', path: '/events', act: press('.standing .act .icon'), has: '.menu:popover-open' },
  { name: 'events without a match', path: '/events?type=nothing', has: '.feed .empty' },
  {
    name: 'the settings of surveillance',
    path: '/events',
    async act(page) {
      await page.locator('.mode-card .card-foot button').click();
      await page.locator('dialog[open] .sw').click();
    },
    has: '.window',
  },
  { name: 'alert rules', path: '/events/rules', has: '.suggestions .chip' },
  {
    name: 'a new alert rule, refused',
    path: '/events/rules',
    async act(page) {
      await page.locator('.card > header .btn').click();
      await page.locator('dialog[open] button[type="submit"]').click();
    },
    has: 'dialog[open] .note.bad',
  },
  { name: 'pair', path: '/pair', has: '.pick' },
  { name: 'pair with somebody else', path: `/pair?device=${SILENT}`, has: '.pick input:checked' },
  { name: 'pair: asked', path: `/pair?device=${SILENT}`, act: press('.pairing button[type="submit"]'), has: '.steps' },
  {
    name: 'pair: done',
    path: `/pair?device=${PLAYING}`,
    async act(page) {
      // the same player in both languages, else one takes the device from the other
      await page.locator('input[list]').fill(OWNER.username);
      await page.locator('.pairing button[type="submit"]').click();
    },
    has: '.done b',
  },
  { name: 'scores', path: '/scores', has: '.scores-table tbody tr' },
  { name: 'a curve as a table', path: '/scores', act: press('.curve-card header button'), has: '.curve table' },
  { name: 'scores of nobody', path: '/scores?player=nobody', has: '.latest .empty' },
  { name: 'scores on a wall', path: '/scores?tv=1', has: '.tv .rank' },
  { name: 'forwarding', path: '/forwarding', has: '.destination .err' },
  { name: 'a new destination', path: '/forwarding', act: press('.top .primary'), has: 'dialog[open] textarea' },
  {
    name: 'a bridge to another broker',
    path: '/forwarding',
    async act(page) {
      await page.locator('.top .primary').click();
      await page.locator('dialog[open] .seg button').nth(1).click();
      await page.locator('dialog[open] summary').click();
    },
    has: 'dialog[open] input.mono >> nth=1',
  },
  { name: 'dead letters', path: '/forwarding', act: press('.destination .text-btn'), has: '.letters li' },
  { name: 'people', path: '/access/people', has: '.rows .avatar' },
  { name: 'an invitation', path: '/access/people', act: press('.card-foot button'), has: 'dialog[open] svg' },
  {
    name: 'removing a person',
    path: '/access/people',
    act: press('.rows .icon:not(:disabled)'),
    has: 'dialog[open] .danger',
  },
  { name: 'sessions', path: '/access/sessions?of=all', has: '.rows li + li' },
  { name: 'refusals', path: '/access/refusals', has: '.refusals li' },
  { name: 'settings', path: '/settings', has: '.kv' },
  { name: 'a page that is not there', path: '/nowhere', has: '.empty' },
  { name: 'the keys', path: '/settings', act: (page) => page.keyboard.press('?'), has: 'dialog[open] kbd' },
  {
    name: 'the account',
    path: '/settings',
    act: (page, width) => press(width < PHONE_MAX ? '.tabbar button' : '.account')(page),
    has: '.menu:popover-open, dialog[open]',
  },
  {
    name: 'a notice',
    path: '/scores',
    async act(page) {
      // both languages look at the same hub: each removes a score of its own, and brings it back
      const isFrench = (await page.locator('html').getAttribute('lang')) === 'fr';
      await page
        .locator('.scores-table tbody .act button')
        .nth(isFrench ? 1 : 0)
        .click();
      await page.locator('.toast .btn:not(.icon)').click();
    },
    has: '.toast.ok',
  },
];

/** Shows a screen, wherever the page was before. */
export async function show(page: Page, { path, act, has }: Screen, width: number): Promise<void> {
  await page.keyboard.press('Escape');
  // from another page, so that nothing pressed before is still open
  await visit(page, '/nowhere/at/all');
  await visit(page, path);
  await act?.(page, width);
  await page.locator(has).first().waitFor();
}
