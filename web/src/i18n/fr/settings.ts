/** The small settings: language, theme, password, about. */
import type { Translation } from '../catalog.ts';
import type { settings as source } from '../en/settings.ts';

export const settings = {
  'settings.appearance': 'Apparence',
  'settings.password': 'Mot de passe',
  'settings.passwordLead': 'Un nouveau mot de passe met fin à toutes les autres sessions.',
  'settings.currentPassword': 'Mot de passe actuel',
  'settings.newPassword': 'Nouveau mot de passe',
  'settings.changePassword': 'Changer le mot de passe',
  'settings.passwordChanged': 'Votre mot de passe est changé. Toutes les autres sessions sont terminées.',
  'settings.keyboardShow': 'Voir toutes les touches',
  'settings.demo': 'Démonstration',
  'settings.demoText': 'Un Simon qui vit dans le hub. Ses appareils et ses scores sont marqués.',
  'settings.demoStart': 'Démarrer',
  'settings.demoStop': 'Arrêter',
  'settings.demoRemove': 'Retirer ses données',
  'settings.demoRunning': 'en marche',
  'settings.demoStopped': 'arrêtée',
  'settings.demoRemoved': 'Tout ce que la démonstration a produit a disparu.',
  'settings.about': 'À propos de ce hub',
  'settings.version': 'Version',
  'settings.host': 'Nom',
  'settings.addresses': 'Adresses',
  'settings.mqttPort': 'Port MQTT',
  'settings.webPort': 'Port web',
  'settings.off': 'désactivé',
  'settings.timeZone': 'Fuseau horaire',
  'settings.docs': 'Description de l’API',
} satisfies Translation<typeof source>;
