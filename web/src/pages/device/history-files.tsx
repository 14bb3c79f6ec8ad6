/** The history as a file, or less of it: what a chart shows can be taken away, and forgotten. */
import { useRef, useState } from 'preact/hooks';
import type { Device } from '../../../../hub/contract/device.ts';
import type { HistoryExportQuery, Resolution } from '../../../../hub/contract/history.ts';
import { call } from '../../api.ts';
import { requestOf } from '../../http.ts';
import { formatBytes, formatFull } from '../../i18n/format.ts';
import { t } from '../../i18n/language.ts';
import { attempt } from '../../parts/attempt.ts';
import { Button } from '../../parts/button.tsx';
import { Checkbox, Select } from '../../parts/choice.tsx';
import { Confirm } from '../../parts/confirm.tsx';
import { Sheet } from '../../parts/dialog.tsx';
import { stretchOf, type TimeRange } from '../../parts/history-chart/time-range.ts';
import { Icon } from '../../parts/icon.tsx';
import { Menu, MenuItem } from '../../parts/menu.tsx';
import { metricLabel } from '../../parts/metric.ts';
import { toast } from '../../parts/toast.tsx';
import { mayManage } from '../../session.ts';
import { download } from '../../state/download.ts';
import { hubNowMs } from '../../state/stats.ts';
import { metricsText } from './history-lines.ts';

interface HistoryFilesProps {
  device: Device;
  metrics: readonly string[];
  range: TimeRange;
  /** Part of the history is gone. */
  onDeleted: () => void;
}
type Format = NonNullable<HistoryExportQuery['format']>;
const FORMATS: Readonly<Record<Format, string>> = { csv: 'CSV', json: 'JSON', lines: 'Line protocol' };
const RESOLUTIONS: readonly Resolution[] = ['raw', 'minute', 'hour', 'day'];
const EXTENSIONS: Readonly<Record<Format, string>> = { csv: 'csv', json: 'json', lines: 'lp' };

export function HistoryFiles(props: HistoryFilesProps) {
  const [open, setOpen] = useState<'files' | 'delete' | null>(null);
  return (
    <>
      <Menu label={t('device.historyMore')} button={<Icon name="ellipsis" />}>
        <MenuItem icon="download" onClick={() => setOpen('files')}>
          {t('device.historyDownload')}
        </MenuItem>
        {mayManage(props.device) && (
          <MenuItem icon="trash-2" danger onClick={() => setOpen('delete')}>
            {t('device.historyDelete')}
          </MenuItem>
        )}
      </Menu>
      {open === 'files' && <FilesSheet {...props} onClose={() => setOpen(null)} />}
      {open === 'delete' && <DeleteRange {...props} onClose={() => setOpen(null)} />}
    </>
  );
}

function FilesSheet({ device, metrics, range, onClose }: HistoryFilesProps & { onClose: () => void }) {
  const [isRange, setRange] = useState(true);
  const [isChosen, setChosen] = useState(true);
  const [resolution, setResolution] = useState<Resolution>('raw');
  const [running, setRunning] = useState<{ format: Format; bytes: number } | null>(null);
  const stop = useRef<AbortController | null>(null);
  const fetchFile = async (format: Format): Promise<void> => {
    const controller = new AbortController();
    stop.current = controller;
    setRunning({ format, bytes: 0 });
    const stretch = stretchOf(range, hubNowMs());
    const query = {
      format,
      resolution,
      metrics: isChosen ? metricsText(metrics) : undefined,
      from: isRange ? Math.floor(stretch.fromMs) : undefined,
      to: isRange ? Math.ceil(stretch.toMs) : undefined,
    };
    const { url } = requestOf('GET /api/v1/devices/:id/history/export', { params: { id: device.id }, query });
    const part = resolution === 'raw' ? '' : `-${resolution}`;
    const name = `ruche-${device.id.replaceAll(':', '-')}-history${part}.${EXTENSIONS[format]}`;
    try {
      await attempt(() =>
        download({ path: url, name, signal: controller.signal }, (bytes) => setRunning({ format, bytes })),
      );
    } catch (error) {
      if (!controller.signal.aborted) throw error;
    }
    setRunning(null);
  };
  const close = (): void => {
    stop.current?.abort();
    onClose();
  };
  return (
    <Sheet open title={t('device.historyDownload')} onClose={close}>
      <div class="stack">
        <p class="sub">{t('device.historyDownloadText')}</p>
        <Checkbox label={t('device.historyThisRange')} checked={isRange} onChange={setRange} />
        <Checkbox label={t('device.historyTheseMetrics')} checked={isChosen} onChange={setChosen} />
        <Select
          label={t('device.historyDetail')}
          value={resolution}
          options={RESOLUTIONS.map((value) => ({ value, label: t(`device.historyDetail.${value}`) }))}
          onChange={setResolution}
        />
        {(['csv', 'json', 'lines'] as const).map((format) => (
          <Button
            key={format}
            icon="download"
            busy={running?.format === format}
            disabled={running !== null && running.format !== format}
            onClick={() => void fetchFile(format)}
          >
            {FORMATS[format]}
            {running?.format === format && ` · ${formatBytes(running.bytes)}`}
          </Button>
        ))}
      </div>
    </Sheet>
  );
}

function DeleteRange({ device, metrics, range, onDeleted, onClose }: HistoryFilesProps & { onClose: () => void }) {
  const stretch = stretchOf(range, hubNowMs());
  const [from, to] = [Math.floor(stretch.fromMs), Math.ceil(stretch.toMs)];
  return (
    <Confirm
      title={t('device.historyDelete')}
      text={t('device.historyDeleteText', {
        metrics: metrics.map(metricLabel).join(', '),
        from: formatFull(from),
        to: formatFull(to),
      })}
      confirmLabel={t('device.deleteYes')}
      onConfirm={async () => {
        const query = { metrics: metricsText(metrics), from, to };
        await call('DELETE /api/v1/devices/:id/history', { params: { id: device.id }, query });
        onDeleted();
        toast({ kind: 'ok', text: t('device.historyDeleted') });
      }}
      onClose={onClose}
    />
  );
}
