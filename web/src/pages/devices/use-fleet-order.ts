/** The order of the shown devices: fresh when the reader asks for it, at rest while they look. */
import { type ReadonlySignal, useSignal } from '@preact/signals';
import type { RefObject } from 'preact';
import { useEffect } from 'preact/hooks';
import type { Device } from '../../../../hub/contract/device.ts';
import { language } from '../../i18n/language.ts';
import { fleet } from '../../state/devices.ts';
import { type FleetView, keepOrder, matchesView, sortedIds } from './fleet-list.ts';

/** How often an order that has grown stale is made new, while nobody is pointing at it. */
const REORDER_MS = 10_000;

/** `list` is the element that must not move under a pointer or a focused row. */
export function useFleetOrder(view: FleetView, list: RefObject<HTMLElement | null>): ReadonlySignal<readonly string[]> {
  const order = useSignal<readonly string[]>([]);
  const { q, status, sort, descending } = view;
  useEffect(() => {
    const wanted = { q, status, sort, descending };
    order.value = freshOrder(wanted);
    const stop = fleet.ids.subscribe(() => {
      order.value = keepOrder(order.peek(), freshOrder(wanted));
    });
    const timer = setInterval(() => {
      if (list.current?.matches(':hover, :focus-within')) return;
      const fresh = freshOrder(wanted);
      if (fresh.join('\n') !== order.peek().join('\n')) order.value = fresh;
    }, REORDER_MS);
    return () => {
      stop();
      clearInterval(timer);
    };
  }, [q, status, sort, descending, order, list]);
  return order;
}

function freshOrder(view: FleetView): string[] {
  const devices = fleet.ids.peek().flatMap((id): Device[] => {
    const device = fleet.device(id).peek();
    return device !== undefined && matchesView(device, view) ? [device] : [];
  });
  return sortedIds(devices, view, new Intl.Collator(language.peek(), { numeric: true, sensitivity: 'base' }));
}
