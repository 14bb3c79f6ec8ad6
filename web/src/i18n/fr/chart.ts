/** Charts over time, in French. */
import type { Translation } from '../catalog.ts';
import type { chart as source } from '../en/chart.ts';

export const chart: Translation<typeof source> = {
  'chart.hint': 'Les flèches suivent la courbe, plus et moins zooment.',
  'chart.nothing': 'Rien n’a été mesuré pendant ce temps.',
  'chart.gapAt': '{label} n’a rien dit',
  'chart.bandAt': '{label} {avg}, entre {min} et {max}',
  'chart.summary': '{label} : de {min} à {max}, {avg} en moyenne.',
  'chart.summarySwitch': '{label} : allumé {share} % du temps.',
  'chart.time': 'Heure',
  'range.label': 'Période',
  'range.live': 'Direct',
  'range.1h': '1 h',
  'range.6h': '6 h',
  'range.24h': '24 h',
  'range.7d': '7 j',
  'range.30d': '30 j',
  'range.custom': 'Autre',
  'range.back': 'Plus tôt',
  'range.on': 'Plus tard',
  'range.out': 'Zoom arrière',
  'range.from': 'Du',
  'range.to': 'Au',
  'range.show': 'Afficher',
  'range.wrong': 'La fin doit suivre le début.',
};
