/** Numbers, and one word, that hub and web app must agree on. Imports nothing. */

export const PASSWORD_LENGTH_MIN = 10;
export const PASSWORD_LENGTH_MAX = 256;
/** After this time without an answer a pairing is shown as timed out; the hub keeps listening. */
export const PAIRING_TIMEOUT_MS = 15_000;
/** A pulse is 60 marks of two minutes, oldest first: o heard, w late, b missed, z asleep, n not known. */
export const PULSE_MARKS = 60;
export const PULSE_BUCKET_MS = 120_000;
/** Longest sequence of a Simon game: a score is an integer from 0 to this (seed 0, S0-17). */
export const SCORE_MAX = 32;
/** No list answers more than this many items at once (seed 0 shows at most 200 scores, S0-30). */
export const PAGE_LIMIT_MAX = 200;
/** A topic has at most 4,096 bytes, so at most as many characters. */
export const TOPIC_TEXT_MAX = 4096;
/** Of what is typed into the Explorer's filter. */
export const FILTER_TEXT_MAX = 1024;
/** Topics of one answer. */
export const TOPICS_PAGE_MAX = 500;
export const SAVED_PUBLISHES_MAX = 200;
export const SAVED_NAME_MAX = 80;
/** Deleting more retained messages than this asks for their number to be typed. */
export const RETAINED_DELETE_UNASKED_MAX = 50;
export const TRASH_KEPT_DAYS = 30;
/** Points of a chart that are answered at most, and when nothing is said. */
export const HISTORY_POINTS_MAX = 2000;
export const HISTORY_POINTS = 600;
/** Values of a device that lists show. */
export const DEVICE_VALUES_MAX = 3;
/** Messages of an open topic that are kept while somebody looks at it. */
export const TOPIC_HISTORY_MAX = 50;
export const ACCOUNT_NAME_LENGTH_MAX = 64;
/** Rules of one account, comments included, and characters of one. */
export const RULES_MAX = 500;
export const RULE_LENGTH_MAX = 1024;
/** Of an event, in the words of its sender; its data as JSON. Longer ones are refused, with the field named. */
export const EVENT_TYPE_LENGTH_MAX = 64;
export const EVENT_ID_LENGTH_MAX = 64;
export const EVENT_SOURCE_LENGTH_MAX = 64;
export const EVENT_DATA_LENGTH_MAX = 4096;
/** A sentence of a device for people: with an event, an acknowledgement, in its log. */
export const MESSAGE_LENGTH_MAX = 512;
/** What somebody writes to an acknowledgement. */
export const NOTE_LENGTH_MAX = 500;
export const ALERT_RULES_MAX = 500;
/** About one device alone, whoever made them. */
export const ALERT_RULES_PER_DEVICE_MAX = 50;
/** Of one person who manages alerts of their own devices only: nobody alone takes the room of all. */
export const ALERT_RULES_PER_PERSON_MAX = 100;
/** The longest time a rule may wait: 30 days. */
export const RULE_SECONDS_MAX = 2_592_000;
/** Entry and exit delay of surveillance. */
export const MODE_DELAY_S_MAX = 600;
export const MODE_WINDOWS_MAX = 50;
export const WATCHED_TYPES_MAX = 50;
/** Newest events in a snapshot of $live/events. */
export const LIVE_EVENTS_MAX = 50;
/** Alerts in it; the API lists the others. */
export const LIVE_ALERTS_MAX = 200;
/** Commands. A day is what a device that sleeps at night needs. */
export const COMMAND_NAME_LENGTH_MAX = 64;
export const COMMAND_TTL_DEFAULT_S = 86_400;
export const COMMAND_TTL_MAX_S = 604_800;
/** Devices of one bulk command. */
export const BULK_DEVICES_MAX = 2000;
export const DEVICE_QUERY_LENGTH_MAX = 256;
/** Tags of one device, and characters of one. */
export const TAGS_MAX = 16;
export const TAG_LENGTH_MAX = 32;
/** Widgets and boards of a hub, of one device, of one person who does not manage them; tiles of a board. */
export const WIDGETS_MAX = 2000;
export const WIDGETS_PER_DEVICE_MAX = 200;
export const WIDGETS_PER_PERSON_MAX = 400;
export const WIDGET_NAME_LENGTH_MAX = 64;
export const WIDGET_TEXT_LENGTH_MAX = 4000;
export const METRIC_NAME_LENGTH_MAX = 64;
export const CHART_SERIES_MAX = 8;
export const SELECT_OPTIONS_MAX = 20;
export const BOARDS_MAX = 200;
export const BOARDS_PER_PERSON_MAX = 40;
export const BOARD_NAME_LENGTH_MAX = 64;
export const BOARD_TILES_MAX = 60;
/** Destinations the hub forwards to, and what one may have. */
export const DESTINATIONS_MAX = 50;
export const DESTINATION_TOPICS_MAX = 100;
export const DESTINATION_HEADERS_MAX = 20;
export const DESTINATION_MAPPINGS_MAX = 200;
export const TEMPLATE_LENGTH_MAX = 16_384;
/** Stands in an address where a key, a password or the value of a parameter is: the hub never shows them again. */
export const HIDDEN = '•••';
