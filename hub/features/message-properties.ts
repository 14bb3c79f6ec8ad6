/** What MQTT 5 says about a message, as features see it, and as text in the store. */

export interface MessageProperties {
  readonly correlationData?: Buffer;
  readonly payloadFormat?: 0 | 1;
  readonly contentType?: string;
  readonly responseTopic?: string;
  readonly userProperties?: readonly (readonly [name: string, value: string])[];
}

/** '' when nothing is said. */
export function textOfProperties(properties: MessageProperties | undefined): string {
  if (properties === undefined) return '';
  const { correlationData, ...rest } = properties;
  return JSON.stringify(
    correlationData === undefined ? rest : { ...rest, correlation: correlationData.toString('base64') },
  );
}

export function propertiesIn(text: string): MessageProperties | undefined {
  if (text === '') return undefined;
  const { correlation, ...rest }: MessageProperties & { correlation?: string } = JSON.parse(text);
  return correlation === undefined ? rest : { ...rest, correlationData: Buffer.from(correlation, 'base64') };
}
