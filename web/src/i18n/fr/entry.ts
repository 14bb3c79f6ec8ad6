/** Signing in and registering. */
import type { Translation } from '../catalog.ts';
import type { entry as source } from '../en/entry.ts';

export const entry = {
  'login.title': 'Connexion',
  'login.lead': 'Content de vous revoir.',
  'login.username': 'Nom',
  'login.password': 'Mot de passe',
  'login.keep': 'Rester connecté',
  'login.submit': 'Se connecter',
  'login.wait': 'Attendez {time}',
  'login.noAccount': 'Pas encore de compte ?',
  'login.register': 'Créez-en un',
  'login.hasInvite': 'J’ai une invitation',
  'register.title': 'Créer un compte',
  'register.lead': 'Vous verrez tous les appareils et commanderez ceux que vous appairez ou adoptez.',
  'register.invite': 'Code d’invitation',
  'register.inviteHint': 'Un propriétaire de ce hub vous l’a donné.',
  'register.usernameHint': 'Affiché dans les classements. Lettres, chiffres, espace, point, tiret.',
  'register.submit': 'Créer le compte',
  'register.closed': 'Ce hub n’accepte pas d’inscription',
  'register.closedText': 'Un propriétaire peut vous inviter ou changer ce réglage dans la configuration du hub.',
  'register.haveAccount': 'Déjà un compte ?',
  'register.done': 'Votre compte est prêt.',
  'entry.version': 'Ruche {version}',
} satisfies Translation<typeof source>;
