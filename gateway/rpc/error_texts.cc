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

// For codes that ask the same of whoever reads them.
constexpr Text kNoAccessToData{
    "De gateway kan zijn gegevens nu niet bereiken. Probeer het later opnieuw; verwittig uw "
    "beheerder als het aanhoudt.",
    "La passerelle ne peut pas accéder à ses données pour le moment. Réessayez plus tard ; "
    "avertissez votre administrateur si cela dure.",
    "Das Gateway erreicht seine Daten zurzeit nicht. Versuchen Sie es später erneut; "
    "benachrichtigen Sie Ihren Administrator, wenn es anhält.",
    "The gateway cannot reach its data for the moment. Try again later; tell your administrator "
    "when it lasts."};
constexpr Text kDiskFull{
    "De schijf van de gateway is vol; er is niets bewaard. Verwittig uw beheerder.",
    "Le disque de la passerelle est plein ; rien n'a été enregistré. Avertissez votre "
    "administrateur.",
    "Die Festplatte des Gateways ist voll; es wurde nichts gespeichert. Benachrichtigen Sie Ihren "
    "Administrator.",
    "The gateway's disk is full; nothing was stored. Tell your administrator."};
constexpr Text kDamaged{
    "De opgeslagen gegevens zijn beschadigd. Verwittig uw beheerder.",
    "Les données enregistrées sont endommagées. Avertissez votre administrateur.",
    "Die gespeicherten Daten sind beschädigt. Benachrichtigen Sie Ihren Administrator.",
    "The stored data are damaged. Tell your administrator."};
constexpr Text kFailedInside{
    "Er ging iets mis in de gateway. Verwittig uw beheerder.",
    "Une erreur s'est produite dans la passerelle. Avertissez votre administrateur.",
    "Im Gateway ist etwas schiefgegangen. Benachrichtigen Sie Ihren Administrator.",
    "Something went wrong in the gateway. Tell your administrator."};
constexpr Text kTooBusy{"De gateway heeft het te druk. Probeer het zo dadelijk opnieuw.",
                        "La passerelle est trop sollicitée. Réessayez dans un instant.",
                        "Das Gateway ist überlastet. Versuchen Sie es gleich noch einmal.",
                        "The gateway is too busy. Try again in a moment."};
constexpr Text kStopping{
    "De gateway stopt; er is niets bewaard. Probeer het later opnieuw.",
    "La passerelle s'arrête ; rien n'a été enregistré. Réessayez plus tard.",
    "Das Gateway wird beendet; es wurde nichts gespeichert. Versuchen Sie es später erneut.",
    "The gateway is stopping; nothing was stored. Try again later."};
constexpr Text kNotOffered{
    "Deze gateway biedt dit niet aan. Vraag het uw beheerder.",
    "Cette passerelle n'offre pas cette fonction. Adressez-vous à votre administrateur.",
    "Dieses Gateway bietet das nicht an. Fragen Sie Ihren Administrator.",
    "This gateway does not offer that. Ask your administrator."};
constexpr Text kSessionOver{"De sessie bij de gateway geldt niet meer. Probeer het opnieuw.",
                            "La session auprès de la passerelle n'est plus valable. Réessayez.",
                            "Die Sitzung beim Gateway gilt nicht mehr. Versuchen Sie es erneut.",
                            "The session with the gateway is no longer valid. Try again."};
constexpr Text kNotPaired{
    "Deze computer is niet of niet meer aan de gateway gekoppeld. Vraag uw beheerder om hem "
    "opnieuw te koppelen.",
    "Cet ordinateur n'est pas ou plus associé à la passerelle. Demandez à votre administrateur de "
    "l'associer à nouveau.",
    "Dieser Computer ist nicht oder nicht mehr mit dem Gateway gekoppelt. Bitten Sie Ihren "
    "Administrator, ihn neu zu koppeln.",
    "This computer is not paired with the gateway, or not any more. Ask your administrator to pair "
    "it again."};
constexpr Text kBadPairingRequest{
    "De aanvraag om deze computer te koppelen is niet geldig. Verwittig de leverancier van uw "
    "programma.",
    "La demande d'association de cet ordinateur n'est pas valable. Avertissez le fournisseur de "
    "votre programme.",
    "Die Anfrage, diesen Computer zu koppeln, ist nicht gültig. Benachrichtigen Sie den Anbieter "
    "Ihres Programms.",
    "The request to pair this computer is not valid. Tell the vendor of your program."};

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
      {"gateway.internal", kFailedInside},
      {"gateway.too_much_work", kTooBusy},
      {"gateway.stopping",
       {"De gateway stopt. Probeer het later opnieuw.",
        "La passerelle s'arrête. Réessayez plus tard.",
        "Das Gateway wird beendet. Versuchen Sie es später erneut.",
        "The gateway is stopping. Try again later."}},
      {"rate.limited",
       {"Dit programma stelt te veel vragen na elkaar. Probeer het zo dadelijk opnieuw.",
        "Ce programme envoie trop de demandes à la suite. Réessayez dans un instant.",
        "Dieses Programm stellt zu viele Anfragen nacheinander. Versuchen Sie es gleich noch "
        "einmal.",
        "This program asks too often. Try again in a moment."}},
      {"call.cancelled",
       {"De vraag is geannuleerd.", "La demande a été annulée.", "Die Anfrage wurde abgebrochen.",
        "The call was cancelled."}},
      {"request.invalid",
       {"Het programma stuurde gegevens die niet geldig zijn.",
        "Le programme a envoyé des données non valables.",
        "Das Programm hat ungültige Angaben gesendet.",
        "The program sent data that are not valid."}},
      {"request.actor_missing",
       {"Het programma zegt niet wie dit doet.", "Le programme n'indique pas qui fait cela.",
        "Das Programm sagt nicht, wer das tut.", "The program does not say who does this."}},
      {"list.page_token",
       {"De volgende pagina is niet gevonden. Begin de lijst opnieuw.",
        "La page suivante est introuvable. Recommencez la liste.",
        "Die nächste Seite wurde nicht gefunden. Beginnen Sie die Liste von vorn.",
        "The next page was not found. Begin the list again."}},
      {"operation.unknown",
       {"Deze taak is niet gekend.", "Cette tâche est inconnue.",
        "Dieser Vorgang ist nicht bekannt.", "This operation is not known."}},
      {"module.foreign",
       {"Dit programma mag deze module niet gebruiken. Vraag het uw beheerder.",
        "Ce programme ne peut pas utiliser ce module. Adressez-vous à votre administrateur.",
        "Dieses Programm darf dieses Modul nicht verwenden. Fragen Sie Ihren Administrator.",
        "This program may not use this module. Ask your administrator."}},
      {"audit.backlog",
       {"Wat u vraagt kan nu niet in het auditspoor komen en wordt daarom niet getoond. Probeer "
        "het zo dadelijk opnieuw.",
        "Votre consultation ne peut pas être enregistrée dans l'audit pour le moment ; rien n'est "
        "donc affiché. Réessayez dans un instant.",
        "Ihre Abfrage kann zurzeit nicht protokolliert werden und wird daher nicht angezeigt. "
        "Versuchen Sie es gleich noch einmal.",
        "What you ask for cannot be recorded in the audit now, and is not shown. Try again in a "
        "moment."}},
      {"attachment.damaged",
       {"Deze bijlage is beschadigd. Verwittig uw beheerder.",
        "Cette annexe est endommagée. Avertissez votre administrateur.",
        "Dieser Anhang ist beschädigt. Benachrichtigen Sie Ihren Administrator.",
        "This attachment is damaged. Tell your administrator."}},
      {"attachment.offset_too_large",
       {"Het gevraagde deel ligt voorbij het einde van de bijlage.",
        "La partie demandée se situe après la fin de l'annexe.",
        "Der verlangte Teil liegt hinter dem Ende des Anhangs.",
        "The part asked for lies behind the end of the attachment."}},
      {"events.cursor_invalid",
       {"Het programma bevestigt een melding die niet bestaat.",
        "Le programme confirme une notification qui n'existe pas.",
        "Das Programm bestätigt eine Meldung, die es nicht gibt.",
        "The program acknowledges a notification that does not exist."}},
      {"lists.too_many_lines",
       {"Deze maandstaten zijn te lang om te vergelijken.",
        "Ces états mensuels sont trop longs pour être comparés.",
        "Diese Monatsaufstellungen sind zu lang für einen Vergleich.",
        "These statements are too long to compare."}},
      {"signals.person_invalid",
       {"Dit nummer (INSZ) is niet juist. Kijk het na.",
        "Ce numéro (NISS) n'est pas correct. Vérifiez-le.",
        "Diese Nummer (ENSS) ist nicht richtig. Prüfen Sie sie.",
        "This number (INSZ) is not right. Check it."}},
      {"channels.list_unknown",
       {"Deze lijst van knipperlichten bestaat niet.", "Cette liste de clignotants n'existe pas.",
        "Diese Liste von Warnsignalen gibt es nicht.", "There is no such list of knipperlichten."}},
      {"channels.return_unknown",
       {"Er is geen teruggave van deze lijst.", "Il n'y a pas de renvoi de cette liste.",
        "Es gibt keine Rücksendung dieser Liste.", "There is no return of this list."}},
      {"channels.not_half_yearly",
       {"Een maandelijkse lijst wordt niet teruggestuurd. Neem een halfjaarlijkse.",
        "Une liste mensuelle n'est pas renvoyée. Prenez une liste semestrielle.",
        "Eine monatliche Liste wird nicht zurückgesandt. Nehmen Sie eine halbjährliche.",
        "A monthly list does not go back. Take a half-yearly one."}},
      {"channels.return_state",
       {"Deze stap kan nu niet voor deze lijst. Bekijk haar opnieuw.",
        "Cette étape n'est pas possible maintenant pour cette liste. Relisez-la.",
        "Dieser Schritt ist für diese Liste jetzt nicht möglich. Sehen Sie sie erneut an.",
        "This step is not possible for this list now. Look at it again."}},
      {"channels.message_gone",
       {"Het bericht van deze lijst is er niet meer. Haal het bestand op en laad het op.",
        "Le message de cette liste n'existe plus. Récupérez le fichier et téléversez-le.",
        "Die Nachricht dieser Liste gibt es nicht mehr. Holen Sie die Datei und laden Sie sie "
        "hoch.",
        "The message of this list is gone. Fetch the file and upload it."}},
      {"work.taken",
       {"Een collega heeft dit knipperlicht al.", "Un collègue a déjà ce clignotant.",
        "Eine andere Person hat dieses Warnsignal bereits.",
        "A colleague has this signal already."}},
      {"work.not_of_team",
       {"Dit knipperlicht wacht op een ander team.", "Ce clignotant attend une autre équipe.",
        "Dieses Warnsignal wartet auf ein anderes Team.", "This signal waits for another team."}},
      {"work.not_theirs",
       {"Deze collega heeft dit knipperlicht niet meer. Lees het opnieuw.",
        "Ce collègue n'a plus ce clignotant. Relisez-le.",
        "Diese Person hat dieses Warnsignal nicht mehr. Lesen Sie es erneut.",
        "This colleague does not have this signal any more. Read it again."}},
      {"reports.period",
       {"Deze periode kan niet: kijk het begin en het einde na.",
        "Cette période n'est pas possible : vérifiez le début et la fin.",
        "Dieser Zeitraum ist nicht möglich: Prüfen Sie Beginn und Ende.",
        "This period is not possible: check its beginning and end."}},
      {"reports.sample",
       {"Een steekproef heeft 1 tot 10.000 begunstigden.",
        "Un échantillon compte de 1 à 10.000 bénéficiaires.",
        "Eine Stichprobe hat 1 bis 10.000 Begünstigte.",
        "A sample has 1 to 10,000 beneficiaries."}},
      {"reports.format",
       {"Kies CSV, XLSX of PDF.", "Choisissez CSV, XLSX ou PDF.", "Wählen Sie CSV, XLSX oder PDF.",
        "Choose CSV, XLSX or PDF."}},
      {"reports.language",
       {"Kies Nederlands, Frans, Duits of Engels.",
        "Choisissez le néerlandais, le français, l'allemand ou l'anglais.",
        "Wählen Sie Niederländisch, Französisch, Deutsch oder Englisch.",
        "Choose Dutch, French, German or English."}},
      {"reports.who",
       {"Het is niet bekend wie dit dossier voor de inspectie vraagt.",
        "On ne sait pas qui demande ce dossier pour l'inspection.",
        "Es ist nicht bekannt, wer diese Akte für die Inspektion verlangt.",
        "It is not known who asks for this inspection file."}},
      {"reports.what_for",
       {"Zeg waarvoor u dit dossier voor de inspectie nodig hebt.",
        "Indiquez à quoi doit servir ce dossier pour l'inspection.",
        "Geben Sie an, wozu Sie diese Akte für die Inspektion brauchen.",
        "Say what you need this inspection file for."}},
      {"reports.too_many_signals",
       {"Deze periode heeft te veel knipperlichten. Kies een kortere.",
        "Cette période compte trop de clignotants. Choisissez-en une plus courte.",
        "Dieser Zeitraum hat zu viele Warnsignale. Wählen Sie einen kürzeren.",
        "This period has too many signals. Choose a shorter one."}},
      {"reports.too_long_for_pdf",
       {"Dit wordt te lang voor een PDF. Neem een steekproef, XLSX of CSV.",
        "C'est trop long pour un PDF. Prenez un échantillon, XLSX ou CSV.",
        "Das wird zu lang für ein PDF. Nehmen Sie eine Stichprobe, XLSX oder CSV.",
        "This is too long for a PDF. Take a sample, XLSX or CSV."}},
      {"sheets.too_many_rows",
       {"Deze tabel is te lang. Kies een kortere periode of CSV.",
        "Ce tableau est trop long. Choisissez une période plus courte ou CSV.",
        "Diese Tabelle ist zu lang. Wählen Sie einen kürzeren Zeitraum oder CSV.",
        "This table is too long. Choose a shorter period or CSV."}},
      {"sheets.write_failed",
       {"Het bestand kon niet gemaakt worden. Probeer het later opnieuw of neem CSV.",
        "Le fichier n'a pas pu être créé. Réessayez plus tard ou prenez CSV.",
        "Die Datei konnte nicht erstellt werden. Versuchen Sie es später erneut oder nehmen Sie "
        "CSV.",
        "The file could not be made. Try again later or take CSV."}},
      {"sheets.no_work_folder",
       {"Het XLSX-bestand kan nu niet gemaakt worden. Neem CSV en verwittig uw beheerder.",
        "Le fichier XLSX ne peut pas être créé maintenant. Prenez CSV et avertissez votre "
        "administrateur.",
        "Die XLSX-Datei kann zurzeit nicht erstellt werden. Nehmen Sie CSV und benachrichtigen Sie "
        "Ihren Administrator.",
        "The XLSX file cannot be made now. Take CSV and tell your administrator."}},
      {"pairing.code_wrong",
       {"Deze koppelcode is niet juist. Kijk haar na; na vijf foute pogingen is een nieuwe nodig.",
        "Ce code d'association n'est pas correct. Vérifiez-le ; après cinq essais erronés, il en "
        "faut un nouveau.",
        "Dieser Kopplungscode ist nicht richtig. Prüfen Sie ihn; nach fünf Fehlversuchen brauchen "
        "Sie einen neuen.",
        "This pairing code is not right. Check it; after five wrong tries a new one is needed."}},
      {"pairing.code_expired",
       {"Deze koppelcode is niet meer geldig. Vraag een nieuwe.",
        "Ce code d'association n'est plus valable. Demandez-en un nouveau.",
        "Dieser Kopplungscode ist nicht mehr gültig. Verlangen Sie einen neuen.",
        "This pairing code is no longer valid. Ask for a new one."}},
      {"pairing.code_used",
       {"Deze koppelcode is al gebruikt. Was u dat niet, verwittig dan uw beheerder.",
        "Ce code d'association a déjà été utilisé. Si ce n'était pas par vous, avertissez votre "
        "administrateur.",
        "Dieser Kopplungscode wurde bereits verwendet. Waren Sie das nicht, benachrichtigen Sie "
        "Ihren Administrator.",
        "This pairing code was used already. If that was not you, tell your administrator."}},
      {"pairing.too_early",
       {"Het certificaat van deze computer hoeft nog niet vernieuwd te worden.",
        "Le certificat de cet ordinateur ne doit pas encore être renouvelé.",
        "Das Zertifikat dieses Computers muss noch nicht erneuert werden.",
        "This computer's certificate need not be renewed yet."}},
      {"pairing.too_many",
       {"Er zijn te veel koppelcodes of certificaten. Vraag het uw beheerder.",
        "Il y a trop de codes d'association ou de certificats. Adressez-vous à votre "
        "administrateur.",
        "Es gibt zu viele Kopplungscodes oder Zertifikate. Fragen Sie Ihren Administrator.",
        "There are too many pairing codes or certificates. Ask your administrator."}},
      {"store.outcome_unknown",
       {"Het is niet zeker of dit bewaard is. Probeer het opnieuw; er wordt niets dubbel bewaard.",
        "Il n'est pas certain que ceci soit enregistré. Réessayez ; rien n'est enregistré deux "
        "fois.",
        "Es ist nicht sicher, ob das gespeichert ist. Versuchen Sie es erneut; nichts wird doppelt "
        "gespeichert.",
        "It is not certain that this was stored. Try again; nothing is stored twice."}},
      {"store.erased",
       {"De gegevens van deze organisatie zijn vernietigd.",
        "Les données de cette organisation ont été détruites.",
        "Die Daten dieser Organisation wurden vernichtet.",
        "The data of this organisation were destroyed."}},
      {"store.busy", kTooBusy},
      {"store.closed", kStopping},
      {"store.disk", kNoAccessToData},
      {"store.unavailable", kNoAccessToData},
      {"store.file", kNoAccessToData},
      {"store.file_held", kNoAccessToData},
      {"store.no_descriptors", kNoAccessToData},
      {"store.refused", kNoAccessToData},
      {"store.not_permitted", kNoAccessToData},
      {"store.not_writable", kNoAccessToData},
      {"store.sealed", kNoAccessToData},
      {"store.disk_full", kDiskFull},
      {"store.disk_low", kDiskFull},
      {"store.damaged", kDamaged},
      {"store.record_damaged", kDamaged},
      {"store.key_damaged", kDamaged},
      {"store.key_missing", kDamaged},
      {"store.key_other", kDamaged},
      {"blob.missing", kDamaged},
      {"store.database", kFailedInside},
      {"store.work_failed", kFailedInside},
      {"store.no_randomness", kFailedInside},
      {"feedback.answer_state", kFailedInside},
      {"feedback.signal_state", kFailedInside},
      {"pairing.authority", kFailedInside},
      {"channels.none", kNotOffered},
      {"proposals.off", kNotOffered},
      {"reports.none", kNotOffered},
      {"work.none", kNotOffered},
      {"session.ended", kSessionOver},
      {"session.missing", kSessionOver},
      {"session.other_process", kSessionOver},
      {"session.process_gone", kSessionOver},
      {"session.unknown", kSessionOver},
      {"session.certificate_unknown", kNotPaired},
      {"session.certificate_expired", kNotPaired},
      {"session.revoked", kNotPaired},
      {"pairing.machine_unknown", kNotPaired},
      {"pairing.key_weak", kBadPairingRequest},
      {"pairing.request_unproven", kBadPairingRequest},
      {"pairing.request_unreadable", kBadPairingRequest},
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
