// SPDX-License-Identifier: Apache-2.0
#include "gateway/rpc/error_texts.h"

#include <map>
#include <string_view>

namespace semafoor::rpc {
namespace {

struct Text {
  const char* nl;
  const char* fr;
  const char* de;
  const char* en;
};

const std::map<std::string_view, Text>& texts_by_code() {
  static const std::map<std::string_view, Text> kTexts{
      {"organisation.unknown",
       {"Deze organisatie is niet gekend door de gateway.",
        "Cette organisation n'est pas connue de la passerelle.",
        "Diese Organisation ist dem Gateway nicht bekannt.",
        "The gateway does not know this organisation."}},
      {"organisation.foreign",
       {"Dit programma mag niet voor deze organisatie werken.",
        "Ce programme ne peut pas travailler pour cette organisation.",
        "Dieses Programm darf nicht für diese Organisation arbeiten.",
        "This program may not work for this organisation."}},
      {"module.disabled",
       {"Deze module is niet ingeschakeld voor uw organisatie. Vraag het uw beheerder.",
        "Ce module n'est pas activé pour votre organisation. Adressez-vous à votre "
        "administrateur.",
        "Dieses Modul ist für Ihre Organisation nicht aktiviert. Fragen Sie Ihren Administrator.",
        "This module is not enabled for your organisation. Ask your administrator."}},
      {"mailbox.message_unknown",
       {"Dit bericht bestaat niet.", "Ce message n'existe pas.", "Diese Nachricht gibt es nicht.",
        "There is no such message."}},
      {"mailbox.message_removed_by_retention",
       {"Dit bericht is verwijderd: de bewaartermijn van uw organisatie is voorbij.",
        "Ce message a été supprimé : le délai de conservation de votre organisation est écoulé.",
        "Diese Nachricht wurde gelöscht: Die Aufbewahrungsfrist Ihrer Organisation ist abgelaufen.",
        "This message was removed: your organisation's retention period is over."}},
      {"mailbox.attachment_unknown",
       {"Deze bijlage bestaat niet.", "Cette annexe n'existe pas.", "Diesen Anhang gibt es nicht.",
        "There is no such attachment."}},
      {"attachment.not_stored",
       {"Deze bijlage is nog niet opgehaald. Probeer het later opnieuw.",
        "Cette annexe n'a pas encore été récupérée. Réessayez plus tard.",
        "Dieser Anhang wurde noch nicht abgeholt. Versuchen Sie es später erneut.",
        "This attachment has not been fetched yet. Try again later."}},
      {"lists.reading_unknown",
       {"Dit document is niet als lijst gelezen.", "Ce document n'a pas été lu comme une liste.",
        "Dieses Dokument wurde nicht als Liste gelesen.", "This document was not read as a list."}},
      {"lists.statement_unknown",
       {"Deze maandstaat bestaat niet.", "Cet état mensuel n'existe pas.",
        "Diese Monatsaufstellung gibt es nicht.", "There is no such monthly statement."}},
      {"lists.list_unknown",
       {"Deze lijst van knipperlichten bestaat niet.", "Cette liste de clignotants n'existe pas.",
        "Diese Liste von Warnsignalen gibt es nicht.", "There is no such list of knipperlichten."}},
      {"lists.nothing_before",
       {"Er is geen maandstaat van de vorige maand om mee te vergelijken.",
        "Il n'y a pas d'état du mois précédent pour la comparaison.",
        "Es gibt keine Aufstellung des Vormonats zum Vergleich.",
        "There is no statement of the month before to compare with."}},
      {"signals.signal_unknown",
       {"Dit knipperlicht bestaat niet.", "Ce clignotant n'existe pas.",
        "Dieses Warnsignal gibt es nicht.", "There is no such signal."}},
      {"signals.person_cycle",
       {"Het nieuwe nummer is eerder zelf door het oude vervangen.",
        "Le nouveau numéro a lui-même été remplacé par l'ancien auparavant.",
        "Die neue Nummer wurde früher selbst durch die alte ersetzt.",
        "The new number was itself replaced by the former one before."}},
      {"signals.person_conflict",
       {"Het oude nummer is eerder door een ander nummer vervangen.",
        "L'ancien numéro a déjà été remplacé par un autre numéro.",
        "Die alte Nummer wurde früher durch eine andere Nummer ersetzt.",
        "The former number was replaced by another number before."}},
      {"signals.person_same",
       {"Het oude en het nieuwe nummer zijn gelijk.",
        "L'ancien et le nouveau numéro sont identiques.",
        "Die alte und die neue Nummer sind gleich.",
        "The former and the new number are the same."}},
      {"signals.wrong_state",
       {"Dit knipperlicht is al beantwoord of afgesloten.",
        "Ce clignotant a déjà reçu une réponse ou est clôturé.",
        "Dieses Warnsignal ist bereits beantwortet oder abgeschlossen.",
        "This signal has been answered or closed already."}},
      {"channels.return_incomplete",
       {"Niet alle rijen van de lijst hebben een antwoord, of zijn leesbaar.",
        "Toutes les lignes de la liste n'ont pas de réponse, ou ne sont pas lisibles.",
        "Nicht alle Zeilen der Liste haben eine Antwort oder sind lesbar.",
        "Not all rows of the list have an answer, or could be read."}},
      {"channels.return_changed",
       {"Een antwoord op deze lijst is intussen veranderd. Bereid de lijst opnieuw voor.",
        "Une réponse de cette liste a changé entre-temps. Préparez à nouveau la liste.",
        "Eine Antwort auf dieser Liste hat sich inzwischen geändert. Bereiten Sie die Liste neu "
        "vor.",
        "An answer on this list has changed meanwhile. Prepare the list again."}},
      {"channels.nothing_to_return",
       {"Geen enkele rij van de lijst heeft een antwoord.",
        "Aucune ligne de la liste n'a de réponse.", "Keine Zeile der Liste hat eine Antwort.",
        "No row of the list has an answer."}},
      {"channels.return_leaves",
       {"Deze lijst is al onderweg of teruggestuurd.", "Cette liste est déjà en route ou renvoyée.",
        "Diese Liste ist schon unterwegs oder zurückgesandt.",
        "This list is on its way or went back already."}},
      {"channels.no_reply",
       {"Op dit bericht kan niet geantwoord worden. Haal het bestand op en laad het op.",
        "Il n'est pas possible de répondre à ce message. Récupérez le fichier et téléversez-le.",
        "Auf diese Nachricht kann nicht geantwortet werden. Holen Sie die Datei und laden Sie sie "
        "hoch.",
        "This message takes no reply. Fetch the file and upload it."}},
      {"work.rules_changed",
       {"Iemand anders heeft de verdeelregels intussen gewijzigd. Lees ze opnieuw.",
        "Quelqu'un d'autre a modifié les règles de répartition entre-temps. Relisez-les.",
        "Jemand anderes hat die Verteilregeln inzwischen geändert. Lesen Sie sie erneut.",
        "Somebody else changed the rules meanwhile. Read them again."}},
      {"work.rules_invalid",
       {"De verdeelregels bevatten een fout; er is niets gewijzigd.",
        "Les règles de répartition contiennent une erreur ; rien n'a été modifié.",
        "Die Verteilregeln enthalten einen Fehler; es wurde nichts geändert.",
        "The rules contain a mistake; nothing was changed."}},
      {"work.actor_missing",
       {"Het programma zegt niet wie het knipperlicht neemt.",
        "Le programme n'indique pas qui prend le clignotant.",
        "Das Programm sagt nicht, wer das Warnsignal übernimmt.",
        "The program does not say who takes the signal."}},
      {"work.absence_invalid",
       {"Deze afwezigheid kan niet: kijk de dagen en de personen na.",
        "Cette absence n'est pas possible : vérifiez les jours et les personnes.",
        "Diese Abwesenheit ist nicht möglich: Prüfen Sie Tage und Personen.",
        "This absence is not possible: check its days and people."}},
      {"work.not_absent",
       {"Van deze collega is vandaag geen afwezigheid bekend.",
        "Aucune absence de ce collègue n'est connue pour aujourd'hui.",
        "Für heute ist keine Abwesenheit dieser Person bekannt.",
        "No absence of this colleague is known for today."}},
      {"work.same_person",
       {"Deze knipperlichten zijn al van deze persoon.",
        "Ces clignotants sont déjà à cette personne.",
        "Diese Warnsignale gehören dieser Person bereits.",
        "These signals are this person's already."}},
      {"feedback.unknown_client_id",
       {"Dit antwoord bestaat niet.", "Cette réponse n'existe pas.", "Diese Antwort gibt es nicht.",
        "There is no such answer."}},
      {"feedback.actor_missing",
       {"Het is niet bekend wie dit antwoord geeft.", "On ne sait pas qui donne cette réponse.",
        "Es ist nicht bekannt, wer diese Antwort gibt.", "It is not known who gives this answer."}},
      {"proposals.reviewer_missing",
       {"Het is niet bekend wie deze antwoorden nakeek.",
        "On ne sait pas qui a vérifié ces réponses.",
        "Es ist nicht bekannt, wer diese Antworten geprüft hat.",
        "It is not known who reviewed these answers."}},
      {"proposals.reviewer_differs",
       {"Iemand anders keek deze antwoorden na.",
        "C'est quelqu'un d'autre qui a vérifié ces réponses.",
        "Jemand anders hat diese Antworten geprüft.", "Somebody else reviewed these answers."}},
      {"proposals.not_reviewed",
       {"Kijk de antwoorden eerst na.", "Vérifiez d'abord les réponses.",
        "Prüfen Sie die Antworten zuerst.", "Review the answers first."}},
      {"events.consumer_busy",
       {"Een ander venster of programma verwerkt deze meldingen al.",
        "Une autre fenêtre ou un autre programme traite déjà ces notifications.",
        "Ein anderes Fenster oder Programm verarbeitet diese Meldungen bereits.",
        "Another window or program is already handling these notifications."}},
      {"events.cursor_expired",
       {"De meldingen gaan niet zo ver terug. De lijst wordt opnieuw opgebouwd.",
        "Les notifications ne remontent pas aussi loin. La liste est reconstruite.",
        "Die Meldungen reichen nicht so weit zurück. Die Liste wird neu aufgebaut.",
        "The notifications do not reach back that far. The list is rebuilt."}},
  };
  return kTexts;
}

Text text_of(ErrorKind kind) {
  switch (kind) {
    case ErrorKind::invalid_argument:
    case ErrorKind::out_of_range:
      return {"De gegevens zijn niet geldig.", "Les données ne sont pas valables.",
              "Die Angaben sind nicht gültig.", "The data are not valid."};
    case ErrorKind::not_found:
      return {"Niet gevonden.", "Introuvable.", "Nicht gefunden.", "Not found."};
    case ErrorKind::permission_denied:
    case ErrorKind::unauthenticated:
      return {"U hebt geen toegang.", "Vous n'avez pas accès.", "Sie haben keinen Zugriff.",
              "You do not have access."};
    case ErrorKind::unavailable:
    case ErrorKind::deadline_exceeded:
    case ErrorKind::resource_exhausted:
      return {"De dienst is even niet beschikbaar. Probeer het later opnieuw.",
              "Le service est momentanément indisponible. Réessayez plus tard.",
              "Der Dienst ist vorübergehend nicht verfügbar. Versuchen Sie es später erneut.",
              "The service is not available for the moment. Try again later."};
    case ErrorKind::failed_precondition:
    case ErrorKind::aborted:
    case ErrorKind::already_exists:
      return {"Dit kan in de huidige toestand niet.", "Impossible dans l'état actuel.",
              "Im jetzigen Zustand nicht möglich.", "Not possible in the present state."};
    case ErrorKind::data_loss:
      return {"De opgeslagen gegevens zijn beschadigd. Verwittig uw beheerder.",
              "Les données enregistrées sont endommagées. Avertissez votre administrateur.",
              "Die gespeicherten Daten sind beschädigt. Benachrichtigen Sie Ihren Administrator.",
              "The stored data are damaged. Tell your administrator."};
    default:
      return {"Er ging iets mis. Probeer het later opnieuw.",
              "Une erreur s'est produite. Réessayez plus tard.",
              "Etwas ist schiefgegangen. Versuchen Sie es später erneut.",
              "Something went wrong. Try again later."};
  }
}

}  // namespace

v1::LocalizedText text_for(const std::string& code, ErrorKind kind) {
  const auto found = texts_by_code().find(code);
  const Text text = found == texts_by_code().end() ? text_of(kind) : found->second;
  v1::LocalizedText localized;
  localized.set_nl(text.nl);
  localized.set_fr(text.fr);
  localized.set_de(text.de);
  localized.set_en(text.en);
  return localized;
}

}  // namespace semafoor::rpc
