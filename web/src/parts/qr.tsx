/** A QR code; its library is loaded when the first one is shown. */
import { useEffect, useState } from 'preact/hooks';

interface Drawing {
  size: number;
  path: string;
}

export function Qr({ text, label }: { text: string; label: string }) {
  const [drawing, setDrawing] = useState<Drawing | null>(null);
  useEffect(() => {
    let isShown = true;
    void import('lean-qr').then(({ generate }) => {
      if (isShown) setDrawing(draw(generate(text)));
    });
    return () => {
      isShown = false;
    };
  }, [text]);
  return (
    <svg class="qr" role="img" aria-label={label} viewBox={`0 0 ${drawing?.size ?? 1} ${drawing?.size ?? 1}`}>
      {drawing !== null && <path d={drawing.path} fill="currentColor" />}
    </svg>
  );
}

function draw(code: { size: number; get(x: number, y: number): boolean }): Drawing {
  let path = '';
  for (let y = 0; y < code.size; y += 1) {
    for (let x = 0; x < code.size; x += 1) if (code.get(x, y)) path += `M${x} ${y}h1v1h-1z`;
  }
  return { size: code.size, path };
}
