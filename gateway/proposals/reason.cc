// SPDX-License-Identifier: Apache-2.0
#include "gateway/proposals/reason.h"

#include <array>
#include <charconv>
#include <cstdlib>
#include <set>
#include <string>
#include <vector>

#include "gateway/domain/belgian_time.h"
#include "gateway/domain/date.h"
#include "gateway/proposals/facts.h"
#include "gateway/proposals/words.h"

namespace semafoor::proposals {
namespace {

using Texts = std::array<const char*, 4>;

const char* in(const Texts& texts, Language language) {
  return texts.at(static_cast<std::size_t>(language));
}

constexpr Texts kSameEmployer{"zelfde werkgever", "même employeur", "gleicher Arbeitgeber",
                              "same employer"};
constexpr Texts kSameAmount{"zelfde bedrag", "même montant", "gleicher Betrag", "same amount"};
constexpr Texts kNearAmount{"bijna zelfde bedrag", "presque le même montant",
                            "fast gleicher Betrag", "nearly the same amount"};
constexpr Texts kSameFacts{"zelfde gegevens van de bron", "mêmes données de la source",
                           "gleiche Angaben der Quelle", "same data of the source"};
constexpr Texts kDifference{"verschil", "de différence", "Unterschied", "of difference"};
constexpr Texts kAllowed{"toegelaten tot", "admis jusqu'à", "zulässig bis", "allowed up to"};
constexpr Texts kAnd{" en ", " et ", " und ", " and "};
constexpr Texts kAsSignal{" als het knipperlicht ", " que le clignotant ", " wie beim Warnsignal ",
                          " as the signal "};
constexpr Texts kAnsweredOn{", dat op ", ", auquel il a été répondu le ", ", das am ",
                            ", which was answered on "};
constexpr Texts kWithCode{" met code ", " avec le code ", " mit dem Code ", " with code "};
constexpr Texts kAccepted{" werd beantwoord en aanvaard.", " ; la réponse a été acceptée.",
                          " beantwortet und angenommen wurde.", " and accepted."};

constexpr Texts kNothingEarlier{
    "Er is geen eerder aanvaard antwoord op een knipperlicht van dezelfde persoon, hetzelfde "
    "dossier, hetzelfde type "
    "en dezelfde bron.",
    "Il n'y a pas de réponse acceptée à un clignotant antérieur de la même personne, du même "
    "dossier, du même type et "
    "de la même source.",
    "Es gibt keine frühere angenommene Antwort auf ein Warnsignal derselben Person, derselben "
    "Akte, derselben Art und "
    "derselben Quelle.",
    "There is no accepted answer to an earlier signal of the same person, dossier, type and "
    "source."};
constexpr Texts kNoFacts{
    "Het knipperlicht zegt geen bedrag, werkgever of ander gegeven waaraan het te herkennen is.",
    "Le clignotant ne donne ni montant, ni employeur, ni autre donnée qui permette de le "
    "reconnaître.",
    "Das Warnsignal nennt weder Betrag noch Arbeitgeber noch eine andere Angabe, an der es zu "
    "erkennen ist.",
    "The signal tells no amount, employer or other fact by which it could be recognised."};
constexpr Texts kDiffers{"Anders dan bij het knipperlicht ", "Différences avec le clignotant ",
                         "Anders als beim Warnsignal ", "Different from the signal "};
constexpr Texts kAmountWord{"bedrag", "montant", "Betrag", "amount"};
constexpr Texts kConflict{
    "Dezelfde gegevens werden eerder verschillend beantwoord, met de codes ",
    "Les mêmes données ont reçu auparavant des réponses différentes, avec les codes ",
    "Dieselben Angaben wurden früher verschieden beantwortet, mit den Codes ",
    "The same facts were answered differently before, with the codes "};
constexpr Texts kCodeEnded{
    "Dezelfde gegevens werden eerder beantwoord met een code die vandaag voor dit knipperlicht "
    "niet geldig is: ",
    "Les mêmes données ont déjà reçu une réponse avec un code qui n'est pas valable aujourd'hui "
    "pour "
    "ce clignotant : ",
    "Dieselben Angaben wurden früher mit einem Code beantwortet, der heute für dieses Warnsignal "
    "nicht gültig ist: ",
    "The same facts were answered before with a code that is not valid today for this signal: "};
constexpr Texts kNeedsDecision{
    "Het eerdere antwoord steunde op een beslissing of liet het knipperlicht open: beslis opnieuw. "
    "Code van toen: ",
    "La réponse précédente reposait sur une décision ou laissait le clignotant ouvert : décidez à "
    "nouveau. Code "
    "d'alors : ",
    "Die frühere Antwort beruhte auf einer Entscheidung oder ließ das Warnsignal offen: "
    "entscheiden Sie neu. Code von "
    "damals: ",
    "The earlier answer rested on a decision or left the signal open: decide anew. Code of then: "};
constexpr Texts kNotOpen{"Op dit knipperlicht wordt nu geen antwoord verwacht.",
                         "Aucune réponse n'est attendue maintenant pour ce clignotant.",
                         "Auf dieses Warnsignal wird jetzt keine Antwort erwartet.",
                         "No answer to this signal is awaited now."};
constexpr Texts kUnknown{"Dit knipperlicht is niet gekend.", "Ce clignotant est inconnu.",
                         "Dieses Warnsignal ist nicht bekannt.", "This signal is not known."};

void capitalise(std::string& text) {
  if (!text.empty() && text[0] >= 'a' && text[0] <= 'z')
    text[0] = static_cast<char>(text[0] - 'a' + 'A');
}

std::string percent(int hundredths, Language language) {
  constexpr int kWhole = 100;
  std::string text = std::to_string(hundredths / kWhole);
  if (hundredths % kWhole != 0) {
    const int rest = hundredths % kWhole;
    text += language == Language::en ? "." : ",";
    text += (rest < 10 ? "0" : "") + std::to_string(rest);
  }
  return text + " %";
}

// Of eurocents, as this room wrote them.
std::int64_t number_of(const std::string& text) {
  std::int64_t number = 0;
  std::from_chars(text.data(), text.data() + text.size(), number);
  return number;
}

std::string near_amount(const v1::ComparedFact& fact, int tolerance, Language language) {
  const std::int64_t difference = std::abs(number_of(fact.now()) - number_of(fact.before()));
  return std::string(in(kNearAmount, language)) + " (" + money_text(difference, language) + " " +
         in(kDifference, language) + ", " + in(kAllowed, language) + " " +
         percent(tolerance, language) + ")";
}

// "Zelfde werkgever en zelfde bedrag".
std::string what_is_same(const v1::ProposalBasis& basis, int tolerance, Language language) {
  std::vector<std::string> parts;
  bool other = false;
  for (const auto& fact : basis.facts()) {
    if (fact.name() == "period" || (!fact.equal() && fact.name() != "amount")) continue;
    if (fact.name() == "amount")
      parts.push_back(fact.equal() ? in(kSameAmount, language)
                                   : near_amount(fact, tolerance, language));
    else if (is_employer(fact.name()))
      parts.insert(parts.begin(), in(kSameEmployer, language));
    else
      other = true;
  }
  if (other) parts.emplace_back(in(kSameFacts, language));
  std::string text;
  for (const auto& part : parts) text += (text.empty() ? "" : in(kAnd, language)) + part;
  capitalise(text);
  return text;
}

// "het knipperlicht van juli 2026"; without a period "het knipperlicht".
std::string signal_of(const Texts& words, const v1::Period& period, Language language) {
  std::string text = in(words, language);
  const std::string when = period_text(period, language);
  if (when.empty()) text.pop_back();
  return text + when;
}

std::string proposed(const v1::ProposalBasis& basis, int tolerance, Language language) {
  const auto day = domain::belgian_day(basis.answered_at().unix_ms());
  return what_is_same(basis, tolerance, language) +
         signal_of(kAsSignal, basis.reference_period(), language) + in(kAnsweredOn, language) +
         day_text(day, language) + in(kWithCode, language) + basis.code() + in(kAccepted, language);
}

std::string differing(const v1::Proposal& proposal, Language language) {
  std::string names;
  for (const auto& fact : proposal.basis().facts()) {
    if (fact.equal() || fact.may_differ()) continue;
    names += names.empty() ? "" : ", ";
    names += fact.name() == "amount" ? in(kAmountWord, language) : fact.name();
  }
  if (names.empty()) return in(kNoFacts, language);
  return signal_of(kDiffers, proposal.basis().reference_period(), language) + ": " + names + ".";
}

std::string conflict(const v1::Proposal& proposal, Language language) {
  std::set<std::string> codes;
  for (const auto& one : proposal.conflicting()) codes.insert(one.code());
  std::string names;
  for (const auto& code : codes) names += (names.empty() ? "" : ", ") + code;
  return in(kConflict, language) + names + ".";
}

std::string text_of(const v1::Proposal& proposal, int tolerance, Language language) {
  switch (proposal.outcome()) {
    case v1::PROPOSAL_OUTCOME_PROPOSED:
      return proposed(proposal.basis(), tolerance, language);
    case v1::PROPOSAL_OUTCOME_FACTS_DIFFER:
      return differing(proposal, language);
    case v1::PROPOSAL_OUTCOME_CONFLICT:
      return conflict(proposal, language);
    case v1::PROPOSAL_OUTCOME_CODE_NOT_VALID:
      return in(kCodeEnded, language) + proposal.basis().code() + ".";
    case v1::PROPOSAL_OUTCOME_NEEDS_DECISION:
      return in(kNeedsDecision, language) + proposal.basis().code() + ".";
    case v1::PROPOSAL_OUTCOME_NOT_OPEN:
      return in(kNotOpen, language);
    case v1::PROPOSAL_OUTCOME_UNKNOWN_SIGNAL:
      return in(kUnknown, language);
    default:
      return in(kNothingEarlier, language);
  }
}

}  // namespace

v1::LocalizedText reason_of(const v1::Proposal& proposal, int tolerance) {
  v1::LocalizedText reason;
  for (const Language language : kLanguages)
    *member(reason, language) = text_of(proposal, tolerance, language);
  return reason;
}

}  // namespace semafoor::proposals
