/** The sentences of the error catalogue in French; a code without one here does not compile. */
import type { ErrorCode } from '../../../../hub/contract/errors.ts';
import type { Sentence } from '../catalog.ts';

export const errors = {
  BODY_INVALID: {
    title: 'Un champ de la requête est faux ou manque.',
    hint: 'Corrigez le champ indiqué et envoyez à nouveau.',
  },
  BODY_TOO_LARGE: { title: 'Le corps de la requête est trop grand.', hint: 'Envoyez au plus 1 Mio.' },
  CURSOR_INVALID: { title: 'Cette position ne vient pas de cette liste.', hint: 'Recommencez depuis le début.' },
  NOT_FOUND: { title: 'Il n’y a rien ici.', hint: 'Vérifiez l’adresse.' },
  METHOD_NOT_ALLOWED: { title: 'Cette route ne répond pas à cette méthode.', hint: 'Voyez /docs.' },
  RATE_LIMITED: { title: 'Trop de requêtes.', hint: 'Attendez un instant puis réessayez.' },
  INTERNAL: { title: 'Le hub a échoué de façon inattendue.', hint: 'Le journal du hub en donne la cause.' },
  AUTH_REQUIRED: { title: 'Connectez-vous d’abord.', hint: 'Connectez-vous pour continuer.' },
  AUTH_EXPIRED: { title: 'La session a expiré ou a été révoquée.', hint: 'Connectez-vous à nouveau.' },
  AUTH_BAD_CREDENTIALS: {
    title: 'Le nom ou le mot de passe est faux.',
    hint: 'Vérifiez les deux ; après dix échecs l’attente s’allonge.',
  },
  AUTH_THROTTLED: { title: 'Trop de connexions échouées.', hint: 'Attendez avant de réessayer.' },
  AUTH_REUSED: {
    title: 'Cette session a déjà été renouvelée ailleurs ; elle a été terminée.',
    hint: 'Connectez-vous à nouveau. Si ce n’était pas vous, révoquez vos autres sessions.',
  },
  FORBIDDEN: { title: 'Votre rôle ne le permet pas.', hint: 'Demandez à un propriétaire de ce hub.' },
  NOT_YOURS: {
    title: 'Cet appareil appartient à quelqu’un d’autre.',
    hint: 'Demandez à son propriétaire ou à un opérateur.',
  },
  USERNAME_TAKEN: { title: 'Ce nom est déjà pris.', hint: 'Choisissez-en un autre.' },
  USER_UNKNOWN: { title: 'Cette personne n’existe pas.', hint: 'Voyez la liste des personnes.' },
  SESSION_UNKNOWN: { title: 'Cette session n’existe pas.', hint: 'Elle est peut-être déjà terminée.' },
  LAST_OWNER: { title: 'C’est le dernier propriétaire.', hint: 'Nommez d’abord un autre propriétaire.' },
  REGISTRATION_CLOSED: {
    title: 'L’inscription est fermée sur ce hub.',
    hint: 'Demandez un compte au propriétaire.',
  },
  INVITE_INVALID: {
    title: 'L’invitation est inconnue, déjà utilisée ou expirée.',
    hint: 'Demandez-en une nouvelle au propriétaire.',
  },
  SETUP_DONE: { title: 'Ce hub a déjà un propriétaire.', hint: 'Connectez-vous.' },
  SETUP_CODE_WRONG: {
    title: 'Le code d’installation est faux.',
    hint: 'Lisez-le dans le journal du hub, sur la ligne qui dit « ready ».',
  },
  SETUP_REQUIRED: {
    title: 'Ce hub n’a pas encore de propriétaire.',
    hint: 'Créez d’abord le compte du propriétaire.',
  },
  DEVICE_UNKNOWN: {
    title: 'Le hub ne connaît pas cet appareil.',
    hint: 'Adoptez-le sous Nouveaux appareils, ou créez-le.',
  },
  DEVICE_EXISTS: { title: 'Un appareil porte déjà cet identifiant.', hint: 'Prenez-en un autre.' },
  DEVICE_ID_INVALID: {
    title: 'Ce n’est pas un identifiant d’appareil valide.',
    hint: 'De 1 à 64 lettres, chiffres, « . », « _ », « : » ou « - ».',
  },
  WAITING_UNKNOWN: {
    title: 'Personne n’attend sous cet identifiant.',
    hint: 'L’appareil est peut-être parti ; rallumez-le.',
  },
  PAIRING_UNSUPPORTED: {
    title: 'Cet appareil ne répond pas à l’appairage.',
    hint: 'Seuls les appareils qui parlent un dialecte d’appairage (Simon) peuvent être appairés.',
  },
  PLAYER_UNKNOWN: { title: 'Personne ne porte ce nom.', hint: 'Créez d’abord le compte.' },
  SCORE_UNKNOWN: { title: 'Ce score n’existe pas.', hint: 'Il a peut-être déjà été retiré.' },
  EVENT_UNKNOWN: { title: 'Cet événement n’existe pas.', hint: 'La liste montre ceux qui sont conservés.' },
  ALERT_UNKNOWN: { title: 'Cette alerte n’existe pas.', hint: 'L’historique montre celles qui sont conservées.' },
  ALERT_CLEARED: { title: 'Cette alerte est terminée.', hint: 'Il n’y a plus rien à reporter.' },
  ALERT_RULE_UNKNOWN: { title: 'Cette règle d’alerte n’existe pas.', hint: 'Elle a peut-être été supprimée.' },
  ALERT_RULES_FULL: {
    title: 'Ce hub ne peut pas garder plus de règles d’alerte.',
    hint: 'Supprimez celles qui ne servent plus, ou faites-en une pour tous les appareils.',
  },
  ALERT_RULES_DEVICE_FULL: {
    title: 'Cet appareil a déjà toutes les règles d’alerte qu’il peut avoir.',
    hint: 'Supprimez-en ou modifiez-en une.',
  },
  ALERT_RULES_OWN_FULL: {
    title: 'Vous avez créé toutes les règles d’alerte qu’une personne peut garder.',
    hint: 'Supprimez ou modifiez une des vôtres, ou demandez à un opérateur une règle pour tous les appareils.',
  },
  HISTORY_TOO_LARGE: {
    title: 'Il faudrait lire trop de mesures à la fois.',
    hint: 'Demandez moins de grandeurs, ou une période plus courte.',
  },
  STREAMS_FULL: { title: 'Trop de flux sont ouverts.', hint: 'Fermez-en un, ou réessayez plus tard.' },
  DEMO_UNAVAILABLE: {
    title: 'L’appareil de démonstration ne peut pas démarrer.',
    hint: 'Arrêtez d’abord celui qui tourne.',
  },
  COMMAND_UNKNOWN: { title: 'Cette commande n’existe pas.', hint: 'Elle est peut-être trop ancienne pour la liste.' },
  COMMAND_UNSUPPORTED: {
    title: 'Cet appareil ne prend pas cette commande.',
    hint: 'Un appareil qui interroge le hub prend des broches virtuelles (v0…) ; certains n’en prennent aucune.',
  },
  COMMAND_UNDERWAY: {
    title: 'Cette commande ne peut plus être annulée.',
    hint: 'Seule une commande en attente le peut ; celle-ci est peut-être arrivée.',
  },
  COMMANDS_FULL: {
    title: 'Trop de commandes attendent cet appareil.',
    hint: 'Annulez-en, ou attendez qu’il les ait prises.',
  },
  SELECTION_INVALID: {
    title: 'On ne sait pas quels appareils sont visés.',
    hint: 'Donnez des identifiants, ou une étiquette, ou un filtre ; au plus 2 000 appareils.',
  },
  WIDGET_UNKNOWN: { title: 'Ce widget n’existe pas.', hint: 'Il a peut-être déjà été supprimé.' },
  WIDGET_INVALID: { title: 'Un widget de ce type ne peut pas être ainsi.', hint: 'Corrigez ce qui est indiqué.' },
  WIDGET_NOT_YOURS: {
    title: 'Ce widget appartient à quelqu’un d’autre.',
    hint: 'Créez le vôtre, ou demandez à un opérateur.',
  },
  WIDGETS_FULL: { title: 'Le hub ne peut pas garder plus de widgets.', hint: 'Supprimez-en d’inutiles.' },
  WIDGETS_DEVICE_FULL: {
    title: 'Cet appareil a déjà tous les widgets qu’il peut avoir.',
    hint: 'Utilisez-en un sur votre tableau, ou supprimez-en d’inutiles.',
  },
  WIDGETS_OWN_FULL: {
    title: 'Vous avez créé tous les widgets qu’une personne peut garder.',
    hint: 'Supprimez-en parmi les vôtres.',
  },
  BOARD_UNKNOWN: { title: 'Ce tableau n’existe pas.', hint: 'Il a peut-être déjà été supprimé.' },
  BOARD_INVALID: { title: 'Un tableau ne peut pas être ainsi.', hint: 'Corrigez ce qui est indiqué.' },
  BOARD_STALE: {
    title: 'Quelqu’un a changé ce tableau entre-temps.',
    hint: 'Rechargez-le et refaites la modification.',
  },
  BOARD_NOT_YOURS: {
    title: 'Vous ne pouvez pas changer ce tableau.',
    hint: 'Créez le vôtre, ou demandez à un opérateur.',
  },
  BOARDS_FULL: { title: 'Le hub ne peut pas garder plus de tableaux.', hint: 'Supprimez-en d’inutiles.' },
  BOARDS_OWN_FULL: {
    title: 'Vous avez créé tous les tableaux qu’une personne peut garder.',
    hint: 'Supprimez-en parmi les vôtres.',
  },
  ACCOUNT_UNKNOWN: { title: 'Ce compte n’existe pas.', hint: 'Voyez la liste des comptes.' },
  ACCOUNTS_FULL: {
    title: 'Le hub ne peut pas garder davantage de comptes.',
    hint: 'Supprimez ceux dont personne ne se sert.',
  },
  NAME_TAKEN: {
    title: 'Quelqu’un d’autre se connecte sous ce nom.',
    hint: 'Choisissez un nom qu’aucun compte ni appareil ne porte.',
  },
  RULE_INVALID: {
    title: 'Une règle ne se comprend pas.',
    hint: 'Corrigez la ligne indiquée ; une règle ressemble à « topic readwrite maison/# ».',
  },
  CONNECT_REFUSED: {
    title: 'Les connexions anonymes sont refusées.',
    hint: 'Donnez son jeton à l’appareil, ou réglez RUCHE_ANONYMOUS=pair.',
  },
  TOKEN_WRONG: {
    title: 'Le jeton ou le mot de passe de l’appareil est faux.',
    hint: 'Renouvelez le jeton sur la page de l’appareil et saisissez le nouveau.',
  },
  NAME_UNKNOWN: {
    title: 'Aucun appareil ni compte de ce hub ne porte ce nom.',
    hint: 'Ajoutez un appareil ou un compte de ce nom, ou corrigez le nom d’utilisateur dans le client.',
  },
  CREDENTIALS_REQUIRED: {
    title: 'Cet appareil a un jeton mais s’est connecté sans.',
    hint: 'Saisissez le jeton dans l’appareil, ou révoquez-le.',
  },
  DEVICES_FULL: {
    title: 'Le hub ne peut pas garder davantage d’appareils.',
    hint: 'Supprimez les appareils qui n’existent plus.',
  },
  WAITING_ROOM_FULL: {
    title: 'Trop d’appareils inconnus attendent.',
    hint: 'Adoptez-en ou débranchez-en quelques-uns.',
  },
  CONNECTIONS_FULL: { title: 'Trop de connexions depuis cette adresse.', hint: 'Fermez-en quelques-unes.' },
  PUBLISH_RESERVED: { title: 'Seul le hub publie sous $SYS/ et $live/.', hint: 'Choisissez un autre sujet.' },
  PUBLISH_FORBIDDEN: {
    title: 'Ce client ne peut pas publier sur ce sujet.',
    hint: 'Utilisez ses propres sujets, ou donnez-lui plus de droits.',
  },
  PUBLISH_WAITING: {
    title: 'Cet appareil attend d’être adopté ; rien de ce qu’il publie n’est gardé.',
    hint: 'Adoptez-le ou appairez-le sous Nouveaux appareils.',
  },
  SUBSCRIBE_FORBIDDEN: {
    title: 'Ce client ne peut pas s’abonner à ce sujet.',
    hint: 'Utilisez ses propres sujets, ou donnez-lui plus de droits.',
  },
  PAYLOAD_NOT_JSON: { title: 'Le message n’est pas du JSON valide.', hint: 'Envoyez un objet JSON en UTF-8.' },
  PAYLOAD_INVALID: { title: 'Un champ du message est faux ou manque.', hint: 'Corrigez le champ indiqué.' },
  PAYLOAD_TOO_LARGE: { title: 'Le message est trop grand pour ce sujet.', hint: 'Envoyez un message plus court.' },
  DEVICE_MISMATCH: {
    title: 'Le message nomme un autre appareil que celui qui l’a envoyé.',
    hint: 'Un appareil ne parle que pour lui-même.',
  },
  FRAME_TOO_LARGE: {
    title: 'Le client a annoncé un paquet plus grand que permis.',
    hint: 'Envoyez des paquets plus petits ; 64 Kio avant CONNACK, 1 Mio après.',
  },
  PROTOCOL_ERROR: {
    title: 'Le client n’a pas parlé un MQTT valide.',
    hint: 'Vérifiez le port et la bibliothèque du client.',
  },
  CONNECT_TIMEOUT: {
    title: 'Le client s’est relié sans dire CONNECT à temps.',
    hint: 'Vérifiez la bibliothèque du client ou le réseau.',
  },
  QUEUE_FULL: {
    title: 'Plus de messages attendent ce client que le hub ne peut en garder.',
    hint: 'Qu’il revienne plus souvent, lise plus vite, ou prenne une session propre.',
  },
  CLIENT_SLOWED: {
    title: 'Le client envoie plus vite que le hub ne lit un seul client.',
    hint: 'Rien n’est perdu : il est lu plus lentement. Envoyez moins souvent, ou répartissez entre plusieurs clients.',
  },
  SUBSCRIPTIONS_FULL: {
    title: 'Il n’y a plus de place pour cet abonnement.',
    hint: 'Moins de filtres, moins de niveaux, un « # » final plutôt que beaucoup, ou des comptes pour les clients.',
  },
  METRICS_TOO_MANY: {
    title: 'L’appareil a plus de mesures que l’on n’en garde pour un appareil.',
    hint: 'Celles dont le nom est connu sont gardées. Gardez les mêmes noms et mettez ce qui change dans les valeurs.',
  },
  TOPICS_TOO_MANY: {
    title: 'Le client invente des sujets plus vite que l’Explorateur ne les retient.',
    hint: 'Ses messages sont remis. Mettez ce qui change dans le contenu et gardez les mêmes sujets.',
  },
  TOPIC_INVALID: {
    title: 'Ce n’est pas un nom de sujet.',
    hint: 'Au moins un caractère, ni « + » ni « # », et au plus 100 niveaux.',
  },
  SAVED_UNKNOWN: { title: 'Ce message enregistré n’existe pas.', hint: 'Il a peut-être déjà été supprimé.' },
  SAVED_FULL: { title: 'Plus aucun message ne peut être enregistré.', hint: 'Supprimez-en quelques-uns.' },
  TRASH_UNKNOWN: {
    title: 'Ce n’est pas dans la corbeille.',
    hint: 'Déjà restauré, ou effacé après 30 jours.',
  },
  TRASH_FULL: {
    title: 'C’est trop pour la corbeille : rien n’a été supprimé.',
    hint: 'Supprimez-en moins à la fois.',
  },
  DESTINATION_UNKNOWN: {
    title: 'Cette destination n’existe pas.',
    hint: 'GET /api/v1/destinations en donne la liste.',
  },
  DESTINATION_INVALID: {
    title: 'La destination ne peut pas être utilisée ainsi.',
    hint: 'Corrigez ce que nomme « detail » ; rien n’a été modifié.',
  },
  DESTINATION_FIXED: {
    title: 'RUCHE_BACKEND_URL définit cette destination.',
    hint: 'Modifiez ou retirez RUCHE_BACKEND_URL et redémarrez le hub ; ici, elle peut être mise en pause.',
  },
  DESTINATIONS_FULL: {
    title: 'Le hub ne garde pas plus de destinations.',
    hint: 'Supprimez-en une dont vous n’avez plus besoin.',
  },
  STORE_UNAVAILABLE: {
    title: 'Le hub ne peut rien enregistrer pour l’instant.',
    hint: 'Vérifiez l’espace disque et le dossier des données ; rien n’a été confirmé.',
  },
  STORE_BUSY: { title: 'Le stockage a trop à écrire.', hint: 'Réessayez dans un instant.' },
  STORE_LOCKED: {
    title: 'Un autre hub utilise ce dossier de données.',
    hint: 'Arrêtez l’autre hub, ou choisissez un autre RUCHE_DATA_DIR.',
  },
  STORE_NEWER: {
    title: 'Les données ont été écrites par une version plus récente de Ruche.',
    hint: 'Mettez Ruche à jour, ou restaurez une sauvegarde plus ancienne.',
  },
} satisfies Record<ErrorCode, Sentence>;
