/** What events, commands, boards, telemetry, topics and forwarding refuse: the part of the catalogue of errors.ts that is theirs. Imports nothing. */

export interface ErrorKind {
  /** HTTP status when the failure is an HTTP answer. */
  readonly status: number;
  /** One sentence: what happened. */
  readonly title: string;
  /** One sentence: what the reader can do about it. */
  readonly hint: string;
}

export const FEATURE_ERRORS = {
  // events and alerts
  EVENT_UNKNOWN: {
    status: 404,
    title: 'There is no such event.',
    hint: 'GET /api/v1/events lists those that are kept.',
  },
  ALERT_UNKNOWN: { status: 404, title: 'There is no such alert.', hint: 'GET /api/v1/alerts?state=all lists them.' },
  ALERT_CLEARED: { status: 409, title: 'This alert is over.', hint: 'There is nothing left to put off.' },
  ALERT_RULE_UNKNOWN: {
    status: 404,
    title: 'There is no such alert rule.',
    hint: 'GET /api/v1/alert-rules lists all of them.',
  },
  ALERT_RULES_FULL: {
    status: 409,
    title: 'This hub has as many alert rules as it can keep.',
    hint: 'Delete rules that nobody needs, or make one for all devices.',
  },
  ALERT_RULES_DEVICE_FULL: {
    status: 409,
    title: 'This device has as many alert rules of its own as it may have.',
    hint: 'Delete or change one of them.',
  },
  ALERT_RULES_OWN_FULL: {
    status: 409,
    title: 'You have made as many alert rules as one person may keep.',
    hint: 'Delete or change one of yours, or ask an operator for one that holds for all devices.',
  },
  HISTORY_TOO_LARGE: {
    status: 400,
    title: 'Too many readings would have to be read for this at once.',
    hint: 'Ask for fewer metrics, or for a shorter time.',
  },
  STREAMS_FULL: { status: 429, title: 'Too many streams are open.', hint: 'Close one of yours, or try later.' },
  DEMO_UNAVAILABLE: {
    status: 409,
    title: 'The demonstration device cannot start.',
    hint: 'Stop the running one first.',
  },
  // commands, widgets, boards
  COMMAND_UNKNOWN: { status: 404, title: 'There is no such command.', hint: 'It may be older than what is kept.' },
  COMMAND_UNSUPPORTED: { status: 409, title: 'This device takes no such command.', hint: 'Read "detail".' },
  COMMAND_UNDERWAY: { status: 409, title: 'It cannot be cancelled any more.', hint: 'Only queued commands can be.' },
  COMMANDS_FULL: { status: 409, title: 'Too many commands wait for this device.', hint: 'Cancel some of them.' },
  SELECTION_INVALID: { status: 400, title: 'It is not clear which devices are meant.', hint: 'Read "detail".' },
  WIDGET_UNKNOWN: { status: 404, title: 'There is no such widget.', hint: 'It may have been deleted already.' },
  WIDGET_INVALID: { status: 400, title: 'A widget cannot be like that.', hint: 'Correct what "detail" names.' },
  WIDGET_NOT_YOURS: { status: 403, title: 'This widget belongs to somebody else.', hint: 'Make one of your own.' },
  WIDGETS_FULL: { status: 409, title: 'No more widgets can be kept.', hint: 'Delete some that nobody uses.' },
  WIDGETS_DEVICE_FULL: {
    status: 409,
    title: 'This device has as many widgets as it may have.',
    hint: 'Use one of them on your board, or delete some that nobody uses.',
  },
  WIDGETS_OWN_FULL: {
    status: 409,
    title: 'You have made as many widgets as one person may keep.',
    hint: 'Delete some of yours.',
  },
  BOARD_UNKNOWN: { status: 404, title: 'There is no such board.', hint: 'It may have been deleted already.' },
  BOARD_INVALID: { status: 400, title: 'A board cannot be like that.', hint: 'Correct what "detail" names.' },
  BOARD_STALE: { status: 409, title: 'Somebody else changed it meanwhile.', hint: 'Load it again, then change it.' },
  BOARD_NOT_YOURS: { status: 403, title: 'This board is not yours to change.', hint: 'Make one of your own.' },
  BOARDS_FULL: { status: 409, title: 'No more boards can be kept.', hint: 'Delete some that nobody uses.' },
  BOARDS_OWN_FULL: {
    status: 409,
    title: 'You have made as many boards as one person may keep.',
    hint: 'Delete some of yours.',
  },
  // what devices say
  METRICS_TOO_MANY: {
    status: 409,
    title: 'The device has more metrics than are kept of one device.',
    hint: 'What has a known name is stored. Keep the names the same, and put what changes into the values.',
  },
  // topics
  TOPICS_TOO_MANY: {
    status: 429,
    title: 'The client makes up new topics faster than the Explorer remembers them.',
    hint: 'Its messages are delivered. Put what changes into the payload and keep the topics the same.',
  },
  TOPIC_INVALID: {
    status: 400,
    title: 'This is not a topic name.',
    hint: 'Use at least one character, no "+", no "#", and at most 100 levels.',
  },
  SAVED_UNKNOWN: { status: 404, title: 'There is no such saved message.', hint: 'It may have been deleted already.' },
  SAVED_FULL: { status: 409, title: 'No more messages can be saved.', hint: 'Delete some of the saved ones.' },
  TRASH_UNKNOWN: {
    status: 404,
    title: 'This is not in the trash.',
    hint: 'It was restored already, or is gone after 30 days.',
  },
  TRASH_FULL: {
    status: 409,
    title: 'These are too large for the trash, so they were not deleted.',
    hint: 'Delete fewer at a time.',
  },
  // forwarding
  DESTINATION_UNKNOWN: {
    status: 404,
    title: 'There is no such destination.',
    hint: 'GET /api/v1/destinations lists them.',
  },
  DESTINATION_INVALID: {
    status: 400,
    title: 'The destination cannot be used like this.',
    hint: 'Correct what "detail" names; nothing was changed.',
  },
  DESTINATION_FIXED: {
    status: 409,
    title: 'RUCHE_BACKEND_URL sets up this destination.',
    hint: 'Change or remove RUCHE_BACKEND_URL and start the hub again; here it can be paused.',
  },
  DESTINATIONS_FULL: {
    status: 409,
    title: 'There are as many destinations as the hub keeps.',
    hint: 'Delete one that is no longer needed.',
  },
} as const satisfies Record<string, ErrorKind>;
