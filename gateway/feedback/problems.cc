// SPDX-License-Identifier: Apache-2.0
#include "gateway/feedback/problems.h"

#include <array>
#include <utility>

namespace semafoor::feedback {
namespace {

struct Text {
  std::string_view code;
  std::string_view nl;
  std::string_view fr;
  std::string_view de;
  std::string_view en;
};

constexpr std::array kTexts = {
    Text{"feedback.client_id_invalid", "Het antwoord heeft geen geldig kenmerk.",
         "La réponse n'a pas d'identifiant valable.", "Die Antwort hat keine gültige Kennung.",
         "The answer has no valid client id."},
    Text{"feedback.conflict", "Dit kenmerk is al gebruikt voor een ander antwoord.",
         "Cet identifiant a déjà servi pour une autre réponse.",
         "Diese Kennung wurde schon für eine andere Antwort verwendet.",
         "This client id was used before with other content. Nothing was changed."},
    Text{"feedback.signal_missing", "Het knipperlicht ontbreekt.", "Le clignotant manque.",
         "Das Warnsignal fehlt.", "The signal is missing."},
    Text{"feedback.signal_unknown", "Dit knipperlicht is niet gekend.",
         "Ce clignotant est inconnu.", "Dieses Warnsignal ist nicht bekannt.",
         "This signal is not known."},
    Text{"feedback.signal_closed", "Het antwoord op dit knipperlicht is al aanvaard.",
         "La réponse à ce clignotant est déjà acceptée.",
         "Die Antwort auf dieses Warnsignal ist schon angenommen.",
         "An answer to this signal was accepted already."},
    Text{"feedback.signal_superseded", "Op dit knipperlicht wordt geen antwoord meer verwacht.",
         "Ce clignotant n'attend plus de réponse.",
         "Auf dieses Warnsignal wird keine Antwort mehr erwartet.",
         "No answer to this signal is awaited any more."},
    Text{"feedback.answer_pending", "Een eerder antwoord op dit knipperlicht is nog onderweg.",
         "Une réponse précédente à ce clignotant est encore en route.",
         "Eine frühere Antwort auf dieses Warnsignal ist noch unterwegs.",
         "An earlier answer to this signal is still on its way. Wait for its outcome."},
    Text{"feedback.signal_changed", "Dit knipperlicht is gewijzigd sinds het werd nagekeken.",
         "Ce clignotant a changé depuis qu'il a été vérifié.",
         "Dieses Warnsignal hat sich seit der Prüfung geändert.",
         "This signal has changed since it was reviewed. Read it again."},
    Text{"feedback.proposal_ended", "Dit voorstel geldt niet meer.",
         "Cette proposition ne vaut plus.", "Dieser Vorschlag gilt nicht mehr.",
         "This proposal no longer holds. Ask for proposals again."},
    Text{"feedback.code_unknown", "Deze code staat niet op de lijst.",
         "Ce code ne figure pas sur la liste.", "Dieser Code steht nicht auf der Liste.",
         "This code is not on the list."},
    Text{"feedback.code_expired", "Deze code is niet meer geldig.", "Ce code n'est plus valable.",
         "Dieser Code ist nicht mehr gültig.", "This code is no longer valid."},
    Text{"feedback.code_not_yet_valid", "Deze code is nog niet geldig.",
         "Ce code n'est pas encore valable.", "Dieser Code ist noch nicht gültig.",
         "This code is not valid yet."},
    Text{"feedback.code_wrong_signal_type", "Deze code past niet bij dit soort knipperlicht.",
         "Ce code ne convient pas à ce type de clignotant.",
         "Dieser Code passt nicht zu dieser Art von Warnsignal.",
         "This code does not fit this type of signal."},
    Text{"feedback.code_wrong_law", "Deze code past niet bij de wet van dit dossier.",
         "Ce code ne convient pas à la loi de ce dossier.",
         "Dieser Code passt nicht zum Gesetz dieser Akte.",
         "This code does not fit the law of this dossier."},
    Text{"feedback.decision_reference_missing", "Deze code vraagt de referentie van de beslissing.",
         "Ce code demande la référence de la décision.",
         "Dieser Code verlangt die Referenz der Entscheidung.",
         "This code needs the reference of the decision."},
    Text{"feedback.decision_reference_too_long", "De referentie is langer dan 32 tekens.",
         "La référence dépasse 32 caractères.", "Die Referenz ist länger als 32 Zeichen.",
         "The decision reference is longer than 32 characters."},
    Text{"feedback.decision_date_invalid", "De datum van de beslissing bestaat niet.",
         "La date de la décision n'existe pas.", "Das Datum der Entscheidung gibt es nicht.",
         "The decision date is not a date."},
    Text{"feedback.remark_too_long", "De opmerking is langer dan 256 tekens.",
         "La remarque dépasse 256 caractères.", "Die Bemerkung ist länger als 256 Zeichen.",
         "The remark is longer than 256 characters."},
};

}  // namespace

v1::FeedbackProblem problem(std::string_view code, std::string_view field, std::string detail) {
  v1::FeedbackProblem result;
  result.set_code(std::string(code));
  result.set_field(std::string(field));
  for (const auto& text : kTexts) {
    if (text.code != code) continue;
    result.mutable_text()->set_nl(std::string(text.nl));
    result.mutable_text()->set_fr(std::string(text.fr));
    result.mutable_text()->set_de(std::string(text.de));
    result.mutable_text()->set_en(std::string(text.en));
    result.set_message(std::string(text.en));
  }
  if (!detail.empty()) result.set_message(result.message() + " " + std::move(detail));
  return result;
}

}  // namespace semafoor::feedback
