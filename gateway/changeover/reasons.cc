// SPDX-License-Identifier: Apache-2.0
#include "gateway/changeover/reasons.h"

#include <algorithm>
#include <array>
#include <string>

namespace semafoor::changeover {
namespace {

struct Text {
  std::string_view code;
  std::string_view nl;
  std::string_view fr;
  std::string_view de;
  std::string_view en;
};

constexpr std::array kTexts = {
    Text{reason::kAnsweredBeforeList,
         "Al beantwoord voor de lijst werd gemaakt: de lijst vermeldt het dan niet meer.",
         "Déjà répondu avant l'établissement de la liste : la liste ne le reprend plus.",
         "Schon beantwortet, bevor die Liste erstellt wurde: Die Liste nennt es dann nicht mehr.",
         "Answered before the list was made: the list then leaves it out."},
    Text{reason::kDetectedAfterList,
         "Vastgesteld na de datum van de lijst: het hoort op de volgende.",
         "Détecté après la date de la liste : il figurera sur la suivante.",
         "Nach dem Datum der Liste festgestellt: Es gehört auf die nächste.",
         "Detected after the list's date: it belongs on the next one."},
    Text{reason::kNoList, "Er is geen leesbare maandlijst van die maand gekomen.",
         "Aucune liste mensuelle lisible de ce mois n'est arrivée.",
         "Es ist keine lesbare Monatsliste dieses Monats gekommen.",
         "No monthly list of that month came, or none that could be read."},
    Text{reason::kListUnreadable,
         "De lijst heeft rijen die niet gelezen konden worden; dit kan er een van zijn.",
         "La liste contient des lignes illisibles ; ceci peut en être une.",
         "Die Liste hat Zeilen, die nicht gelesen werden konnten; dies kann eine davon sein.",
         "The list has rows that could not be read; this may be one of them."},
    Text{reason::kBeforeParallel,
         "Vastgesteld voor de parallelle periode begon: er kwamen nog geen mutaties.",
         "Détecté avant le début de la période parallèle : les mutations n'arrivaient pas encore.",
         "Vor Beginn der parallelen Zeit festgestellt: Es kamen noch keine Mutationen.",
         "Detected before the parallel period began: no mutations came yet."},
    Text{reason::kMutationAwaited, "De lijst kwam pas; de mutatie kan nog komen.",
         "La liste vient d'arriver ; la mutation peut encore venir.",
         "Die Liste ist gerade erst gekommen; die Mutation kann noch kommen.",
         "The list has only just come; the mutation may still follow."},
    Text{reason::kNoIntegration,
         "Van deze persoon kwam nog nooit een mutatie: waarschijnlijk loopt er geen integratie in "
         "sector 17. Kijk dit na; zonder integratie komt dit knipperlicht niet elektronisch.",
         "Aucune mutation n'est jamais venue pour cette personne : sans doute n'y a-t-il pas "
         "d'intégration en cours dans le secteur 17. À vérifier ; sans intégration, ce clignotant "
         "n'arrive pas par voie électronique.",
         "Für diese Person kam noch nie eine Mutation: Wahrscheinlich läuft keine Integration in "
         "Sektor 17. Prüfen Sie das; ohne Integration kommt dieses Warnsignal nicht elektronisch.",
         "No mutation ever came for this person: probably no integration in sector 17 is running. "
         "Check it; without an integration this signal does not come electronically."},
    Text{reason::kMutationLost,
         "Er ontbreken berichten in de elektronische stroom, of er staan er in quarantaine: de "
         "mutatie kan erbij zijn.",
         "Des messages manquent dans le flux électronique ou sont en quarantaine : la mutation "
         "peut en faire partie.",
         "Im elektronischen Fluss fehlen Nachrichten oder sind in Quarantäne: Die Mutation kann "
         "darunter sein.",
         "Messages of the electronic flow are missing or in quarantine: the mutation may be one "
         "of them."},
    Text{reason::kUnexplained, "Geen verklaring gevonden. Vraag het na bij de POD MI.",
         "Aucune explication trouvée. Renseignez-vous auprès du SPP IS.",
         "Keine Erklärung gefunden. Fragen Sie beim ÖPD SI nach.",
         "No explanation found. Ask POD MI."},

    Text{reason::kRowUnanswered, "Nog geen antwoord gegeven.", "Pas encore de réponse.",
         "Noch keine Antwort gegeben.", "No answer was given yet."},
    Text{reason::kRowAnswerFailed,
         "Het vorige antwoord werd niet aanvaard of niet verstuurd; geef een nieuw.",
         "La réponse précédente n'a pas été acceptée ou envoyée ; donnez-en une nouvelle.",
         "Die vorige Antwort wurde nicht angenommen oder nicht gesendet; geben Sie eine neue.",
         "The answer before was not accepted or not sent; give another."},
    Text{reason::kRowCodeNotValid,
         "De code van het antwoord was niet geldig op de dag dat het werd gegeven.",
         "Le code de la réponse n'était pas valable le jour où elle a été donnée.",
         "Der Code der Antwort war an dem Tag, an dem sie gegeben wurde, nicht gültig.",
         "The code of the answer was not valid on the day it was given."},
    Text{reason::kRowTwice,
         "De lijst vermeldt dit knipperlicht twee keer; het antwoord staat al "
         "op een andere rij.",
         "La liste reprend ce clignotant deux fois ; la réponse figure déjà sur une autre ligne.",
         "Die Liste nennt dieses Warnsignal zweimal; die Antwort steht schon in einer anderen "
         "Zeile.",
         "The list names this signal twice; the answer stands in another row already."},
    Text{reason::kRowOnTheWire, "Het antwoord gaat langs de elektronische feedback-stroom.",
         "La réponse passe par le flux de feedback électronique.",
         "Die Antwort geht über den elektronischen Feedback-Fluss.",
         "The answer goes by the electronic feedback flow."},
    Text{reason::kRowAccepted, "Het antwoord is al aanvaard; het kruiste deze lijst.",
         "La réponse est déjà acceptée ; elle a croisé cette liste.",
         "Die Antwort ist schon angenommen; sie hat sich mit dieser Liste gekreuzt.",
         "The answer is accepted already; it crossed this list."},
    Text{reason::kRowOtherReturn, "Het antwoord staat op een andere lijst die teruggestuurd is.",
         "La réponse figure sur une autre liste renvoyée.",
         "Die Antwort steht auf einer anderen zurückgesandten Liste.",
         "The answer stands on another list that went back."},
    Text{reason::kRowHasCode, "De lijst heeft hier al een code.", "La liste a déjà un code ici.",
         "Die Liste hat hier schon einen Code.", "The list has a code here already."},
    Text{reason::kRowSuperseded,
         "Er wordt geen antwoord meer verwacht: een later formulier nam de grond weg.",
         "Plus aucune réponse n'est attendue : un formulaire ultérieur l'a rendue sans objet.",
         "Es wird keine Antwort mehr erwartet: Ein späteres Formular hat den Grund beseitigt.",
         "No answer is awaited any more: a later form took its ground away."},

    Text{reason::kTooShort, "Nog niet lang genoeg op het parallelle kanaal.",
         "Pas encore assez longtemps sur le canal parallèle.",
         "Noch nicht lange genug auf dem parallelen Kanal.",
         "Not long enough on the parallel channel yet."},
    Text{reason::kMonthWithoutList, "Geen maandlijst van deze maand: er valt niets te vergelijken.",
         "Pas de liste mensuelle de ce mois : rien à comparer.",
         "Keine Monatsliste dieses Monats: nichts zu vergleichen.",
         "No monthly list of this month: there is nothing to compare with."},
    Text{reason::kMonthUnreadable,
         "De lijst van deze maand heeft rijen die niet gelezen konden "
         "worden.",
         "La liste de ce mois contient des lignes illisibles.",
         "Die Liste dieses Monats hat Zeilen, die nicht gelesen werden konnten.",
         "The list of this month has rows that could not be read."},
    Text{reason::kMonthDifferences,
         "Knipperlichten van deze maand kwamen langs een kanaal alleen, zonder verklaring of "
         "omdat ze elektronisch niet zouden komen.",
         "Des clignotants de ce mois ne sont venus que par un canal, sans explication ou parce "
         "qu'ils n'arriveraient pas par voie électronique.",
         "Warnsignale dieses Monats kamen nur über einen Kanal, ohne Erklärung oder weil sie "
         "elektronisch nicht kämen.",
         "Signals of this month came by one channel only, without explanation or because they "
         "would not come electronically."},
    Text{reason::kAdopt,
         "Alles kwam ook elektronisch, lang genoeg: de elektronische stroom kan de lijsten "
         "vervangen.",
         "Tout est aussi arrivé par voie électronique, assez longtemps : le flux électronique peut "
         "remplacer les listes.",
         "Alles kam auch elektronisch, lange genug: Der elektronische Fluss kann die Listen "
         "ersetzen.",
         "Everything came electronically too, for long enough: the electronic flow can take the "
         "place of the lists."},
    Text{reason::kWait, "Nog niet overstappen: zie wat in de weg staat.",
         "Ne pas encore passer : voir les obstacles.",
         "Noch nicht umsteigen: siehe, was im Wege steht.",
         "Do not change over yet: see what is in the way."},
    Text{reason::kOnLists,
         "Op lijsten valt er niets te vergelijken: zet het kanaal eerst op parallel.",
         "Sur listes il n'y a rien à comparer : passez d'abord au canal parallèle.",
         "Auf Listen gibt es nichts zu vergleichen: Stellen Sie zuerst den Kanal auf parallel.",
         "On lists there is nothing to compare: set the channel to parallel first."},
    Text{reason::kOnElectronic, "Al op de elektronische stroom.", "Déjà sur le flux électronique.",
         "Schon auf dem elektronischen Fluss.", "On the electronic flow already."},
};

template <std::size_t N>
bool is_one_of(std::string_view code, const std::array<std::string_view, N>& codes) {
  return std::find(codes.begin(), codes.end(), code) != codes.end();
}

}  // namespace

v1::LocalizedText text_of(std::string_view code) {
  v1::LocalizedText text;
  const auto* const found =
      std::find_if(kTexts.begin(), kTexts.end(), [&](const Text& one) { return one.code == code; });
  if (found == kTexts.end()) return text;
  text.set_nl(std::string(found->nl));
  text.set_fr(std::string(found->fr));
  text.set_de(std::string(found->de));
  text.set_en(std::string(found->en));
  return text;
}

bool is_harmless(std::string_view code) {
  return is_one_of(
      code, std::array{reason::kAnsweredBeforeList, reason::kDetectedAfterList, reason::kNoList,
                       reason::kListUnreadable, reason::kBeforeParallel});
}

bool is_missing(std::string_view code) {
  return is_one_of(
      code, std::array{reason::kRowUnanswered, reason::kRowAnswerFailed, reason::kRowCodeNotValid});
}

}  // namespace semafoor::changeover
